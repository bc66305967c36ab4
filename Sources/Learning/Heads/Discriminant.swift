import FixedPoint
import Predictions

/// Linear discriminant analysis: concepts are Gaussians that share one covariance, whose estimate is shrunk towards a sphere.
///
/// "Streaming" as in Hayes and Kanan ("Lifelong machine learning with deep streaming linear discriminant analysis", CVPRW 2020): it is
/// fitted from `ConceptStatistics`, so that samples and concepts come and go without a pass over the others. Scores are posterior
/// probabilities; the novelty is the squared Mahalanobis distance to the nearest concept (Lee et al., NeurIPS 2018). All arithmetic is
/// that of IEEE doubles in a fixed order: the same bits on every machine.
package struct Discriminant: EmbeddingHead {
    package let concepts: [String]
    package let dimension: Int
    /// Divides the logits before the softmax.
    package var temperature: Double
    /// Samples of each concept.
    package let counts: [Int]

    let metric: Metric
    /// The means' features: [C][featureCount].
    let means: [[Double]]
    let logPriors: [Double]
    let shrinkage: Double
    let kernels: VectorKernels

    init(
        concepts: [String], counts: [Int], metric: Metric, means: [[Double]], settings: DiscriminantSettings, kernels: VectorKernels
    ) {
        self.concepts = concepts
        self.counts = counts
        self.metric = metric
        self.means = means
        self.kernels = kernels
        dimension = metric.dimension
        temperature = settings.temperature
        shrinkage = settings.shrinkage
        let total = Double(counts.reduce(0, +))
        logPriors = counts.map {
            settings.priors == .uniform ? -Transcendental.logarithm(Double(counts.count)) : Transcendental.logarithm(Double($0) / total)
        }
    }

    package func judge(_ sample: UnitEmbedding) throws(LearningError) -> Judgement {
        guard sample.dimension == dimension else { throw .dimensionMismatch(expected: dimension, found: sample.dimension) }
        let features = metric.features(Matrix([sample], dimension: dimension), kernels)
        return judgement(distances: distances(features.values))
    }

    /// Many at once: several times faster than one by one, with the same results.
    package func judge(_ samples: [UnitEmbedding]) throws(LearningError) -> [Judgement] {
        if let other = samples.first(where: { $0.dimension != dimension }) {
            throw .dimensionMismatch(expected: dimension, found: other.dimension)
        }
        let features = metric.features(Matrix(samples, dimension: dimension), kernels)
        return samples.indices.map { judgement(distances: distances(Array(features.row($0)))) }
    }

    /// The squared Mahalanobis distance to each concept's mean.
    func distances(_ features: [Double]) -> [Double] {
        means.map { mean in
            let difference = features.indices.map { features[$0] - mean[$0] }
            return metric.product(difference, difference)
        }
    }

    /// Logits before the temperature.
    func logits(distances: [Double]) -> [Double] { distances.indices.map { logPriors[$0] - distances[$0] / 2 } }

    func judgement(distances: [Double]) -> Judgement {
        let logits = logits(distances: distances)
        let scores = Transcendental.softmax(logits.map { $0 / temperature }).map { Score($0) }
        return Judgement(scores: scores, best: logits.indexOfLargest, novelty: Judgement.units(distances.min() ?? 0))
    }

    /// The head as one fully-connected layer on unit vectors (1.0 is 1.0): logit[c] = weights[c] · x + biases[c], up to a constant that
    /// all concepts share. It cannot say what is unknown.
    package var linearLayer: (weights: [[Double]], biases: [Double]) {
        let one = Double(UnitEmbedding.one)
        // The features of the unit vectors are the columns of the map.
        let columns = metric.features(identity, kernels)
        let weights = means.map { mean in
            (0..<dimension).map { metric.product(Array(columns.row($0)), mean) * one / temperature }
        }
        let biases = means.indices.map { (logPriors[$0] - metric.product(means[$0], means[$0]) / 2) / temperature }
        return (weights, biases)
    }

    private var identity: Matrix {
        var result = Matrix(rowCount: dimension, columnCount: dimension)
        for index in 0..<dimension { result[index, index] = 1 }
        return result
    }
}

extension Discriminant: Equatable {
    package static func == (a: Discriminant, b: Discriminant) -> Bool {
        a.concepts == b.concepts && a.counts == b.counts && a.metric == b.metric && a.means == b.means && a.logPriors == b.logPriors
            && a.temperature == b.temperature
    }
}
