import FixedPoint

/// The number that logits are divided by so that probabilities mean what they say (Guo et al.: "On calibration of modern neural networks",
/// ICML 2017): the one with the lowest mean negative log-likelihood of samples that were left out.
package enum Temperature {
    /// 2^(-4) to 2^10 in steps of 2^(1/8): finer ones change no score that anybody could tell apart.
    private static let exponents = -32...80

    /// - Parameters:
    ///   - logits: Of each sample, before any temperature.
    ///   - truths: The position of each sample's concept.
    /// - Returns: 1 without samples. The loss is flat where all samples are right by far; the lowest temperature on equal losses.
    package static func fit(logits: [[Double]], truths: [Int]) -> Double {
        precondition(logits.count == truths.count)
        guard !logits.isEmpty else { return 1 }
        var best = (temperature: 1.0, loss: Double.infinity)
        for exponent in exponents {
            let temperature = Transcendental.exponential(Double(exponent) / 8 * 0.6931471805599453)
            let loss = loss(logits: logits, truths: truths, temperature: temperature)
            if loss < best.loss { best = (temperature, loss) }
        }
        return best.temperature
    }

    package static func fit(_ leftOut: [Discriminant.LeftOut]) -> Double {
        fit(logits: leftOut.map(\.logits), truths: leftOut.map(\.truth))
    }

    /// The mean of -ln(probability of the truth).
    package static func loss(logits: [[Double]], truths: [Int], temperature: Double) -> Double {
        var sum = 0.0
        for (row, truth) in zip(logits, truths) {
            let scaled = row.map { $0 / temperature }
            let largest = scaled.max() ?? 0
            sum += Transcendental.logarithm(scaled.reduce(0) { $0 + Transcendental.exponential($1 - largest) }) - (scaled[truth] - largest)
        }
        return sum / Double(max(truths.count, 1))
    }
}
