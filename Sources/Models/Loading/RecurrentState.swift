import Inference
import Tensors

/// Memory of a recurrent model: an output of one run that is an input of the next.
struct RecurrentState: Sendable, Hashable {
    /// Indices among the plan's inputs and outputs.
    let input: Int
    let output: Int
    /// The input of the first run, which stands for zero.
    let initial: [UInt8]

    /// Pairs the inputs after the image with the last outputs of the same form, in order, as recurrent models are exported.
    /// - Throws: `ModelError.input` for an input that no output fits.
    static func pairs(_ plan: Plan, path: String) throws(ModelError) -> [RecurrentState] {
        let firstOutput = plan.outputs.count - (plan.inputs.count - 1)
        var states: [RecurrentState] = []
        for input in plan.inputs.indices.dropFirst() {
            let facts = plan.inputs[input]
            let output = firstOutput + input - 1
            guard firstOutput >= 0, plan.outputs[output].shape == facts.shape, plan.outputs[output].elementType == facts.elementType else {
                throw .input(path: path, reason: "input \(input) '\(facts.name)' is no image and no state that an output gives back")
            }
            let zero = UInt8(truncatingIfNeeded: facts.quantization?.zeroPoint ?? 0)
            guard zero == 0 || facts.elementType.byteCount == 1 else {
                throw .input(path: path, reason: "input \(input) '\(facts.name)' is a state whose zero is not 0")
            }
            states.append(RecurrentState(input: input, output: output, initial: [UInt8](repeating: zero, count: facts.region.byteCount)))
        }
        return states
    }
}
