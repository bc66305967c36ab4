extension Discriminant {
    /// What the head would say of one of its samples without having learned it.
    package struct LeftOut: Sendable, Hashable {
        /// The concept's position.
        package let truth: Int
        /// Before the temperature.
        package let logits: [Double]
        /// Squared distance to the nearest concept, in units of 1/65 536: how novel a known thing looks.
        package let novelty: Int64
        /// The same to the nearest *other* concept: how novel the thing would look if its concept had never been taught.
        package let noveltyToOthers: Int64
    }

    /// Each sample judged by the head without it, in C * D multiplications a sample instead of a fit.
    ///
    /// Without x, the mean of its concept moves by r / (n - 1) for r = x - mean, and the covariance loses a matrix of rank one:
    /// (1 - s) / N * n / (n - 1) * r * transpose(r), whose inverse is known (Sherman and Morrison). The number of samples that the
    /// covariance is divided by and the sphere it is shrunk towards stay those of all. Concepts of one sample are left out: nothing is
    /// left of them without it.
    /// - Parameter samples: Those that the head was fitted from.
    package func leaveOneOut(_ samples: [String: [UnitEmbedding]], backgroundWeight: Double = 0) throws(LearningError) -> [LeftOut] {
        var result: [LeftOut] = []
        let total = Double(counts.reduce(0, +)) + backgroundWeight
        for (truth, name) in concepts.enumerated() where counts[truth] > 1 {
            guard let group = samples[name] else { throw .unknownConcept(name) }
            let count = Double(counts[truth])
            let features = metric.features(Matrix(group, dimension: dimension), kernels)
            let lost = (1 - shrinkage) / total * count / (count - 1)
            for row in group.indices {
                let sample = Array(features.row(row))
                let rest = difference(sample, means[truth])
                let square = metric.product(rest, rest)
                // Below 1, since the covariance holds what is taken from it; the floor is for rounding.
                let gain = lost / max(1 - lost * square, 1e-9)
                let distances = means.indices.map { concept -> Double in
                    if concept == truth {
                        let moved = count / (count - 1)
                        return moved * moved * (square + gain * square * square)
                    }
                    let other = difference(sample, means[concept])
                    let common = metric.product(other, rest)
                    return metric.product(other, other) + gain * common * common
                }
                let others = distances.indices.filter { $0 != truth }.map { distances[$0] }
                result.append(
                    LeftOut(
                        truth: truth, logits: logits(distances: distances), novelty: Judgement.units(distances.min() ?? 0),
                        noveltyToOthers: Judgement.units(others.min() ?? 0)))
            }
        }
        return result
    }

    private func difference(_ a: [Double], _ b: [Double]) -> [Double] { a.indices.map { a[$0] - b[$0] } }
}
