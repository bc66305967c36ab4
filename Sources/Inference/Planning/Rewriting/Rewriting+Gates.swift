import ModelGraph
import Tensors

extension Rewriting {
    /// y = x * f(x) on 8-bit elements, as SiLU: a function of one byte, so one table.
    mutating func formGates() {
        for index in layers.indices {
            guard let product = layers[index], case .elementwise(.multiply, let activation) = product.kind, product.inputs.count == 2,
                let first = product.inputs[0], let second = product.inputs[1]
            else { continue }
            for (x, gate) in [(first, second), (second, first)] {
                guard let source = writers[gate], let inner = layers[source], case .unary(let function) = inner.kind, inner.inputs == [x],
                    isPrivate(gate, to: [index]), let through = original.tensors[gate].quantization,
                    original.tensors[x].elementType.eightBitRange != nil, original.tensors[x].constant == nil
                else { continue }
                layers[source] = nil
                layers[index] = Layer(
                    kind: .gate(function, through: through, activation: activation), inputs: [x], outputs: product.outputs,
                    sourceIndex: product.sourceIndex)
                break
            }
        }
    }
}
