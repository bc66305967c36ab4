/// How a discriminant is fitted.
package struct DiscriminantSettings: Sendable, Hashable {
    package enum Priors: Sendable, Hashable {
        /// Each concept is as likely as any other, however many samples were taken of it.
        case uniform
        /// In proportion to the samples.
        case bySamples
    }

    /// How much of the covariance is replaced by a sphere of the same mean variance: above 0, at most 1.
    package var shrinkage: Double
    package var priors: Priors
    /// What the embedder makes of images of all kinds, mixed into the covariance.
    package var background: Background?
    /// Divides the logits before the softmax; above 0.
    package var temperature: Double

    package init(shrinkage: Double = 0.1, priors: Priors = .uniform, background: Background? = nil, temperature: Double = 1) {
        self.shrinkage = shrinkage
        self.priors = priors
        self.background = background
        self.temperature = temperature
    }

    /// Statistics of images that need no labels: their covariance is known before the first sample, and steadies that of few samples.
    package struct Background: Sendable, Hashable {
        package let statistics: ConceptStatistics
        /// How many samples it counts for; above 0.
        package let weight: Double

        package init(statistics: ConceptStatistics, weight: Double) {
            self.statistics = statistics
            self.weight = weight
        }
    }

    func check() throws(LearningError) {
        guard shrinkage > 0, shrinkage <= 1 else {
            throw .invalidSetting(name: "shrinkage", value: "\(shrinkage)", allowed: "above 0, at most 1")
        }
        guard temperature > 0, temperature.isFinite else {
            throw .invalidSetting(name: "temperature", value: "\(temperature)", allowed: "above 0")
        }
        guard let background else { return }
        guard background.weight > 0, background.weight.isFinite else {
            throw .invalidSetting(name: "background weight", value: "\(background.weight)", allowed: "above 0")
        }
        guard background.statistics.sampleCount > 1 else { throw .tooFewSamples(needed: 2, found: background.statistics.sampleCount) }
    }
}
