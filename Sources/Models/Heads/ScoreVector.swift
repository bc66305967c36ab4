import FixedPoint
import Inference
import Predictions
import Tensors

/// One score for each label, from a vector output.
struct ScoreVector: Sendable {
    enum Scale: String, Sendable, Hashable, CaseIterable {
        /// The values are scores in 0...1 already.
        case asTheyAre = "as-is"
        /// The values are logits of classes that exclude each other.
        case softmax
        /// The values are logits of classes that do not.
        case independent
    }

    let output: OutputTensor
    let scale: Scale

    /// The scores in the order of the labels.
    func scores(_ runner: borrowing Runner) -> [Score] {
        let output = output
        let values = runner.withOutput(output.index) { bytes in
            var values: [Double] = []
            values.reserveCapacity(output.elementCount)
            for element in 0..<output.elementCount { values.append(output.value(bytes, element)) }
            return values
        }
        switch scale {
        case .asTheyAre: return values.map { Score(min(max($0, 0), 1)) }
        case .independent: return values.map { Score(Transcendental.logistic($0)) }
        case .softmax: return Transcendental.softmax(values).map { Score($0) }
        }
    }
}
