import ModelGraph
import Tensors

extension Preparation {
    /// x and y uint8 or int8 of one type and shape: y = x * f(x) where f(x) is stored with the quantisation `through` before it is
    /// multiplied.
    mutating func prepareGate(_ function: Unary, through: Quantization, activation: Activation) throws(InferenceError) -> any PreparedLayer
    {
        let (x, y) = (try fileInput(0), try fileOutput())
        try requireSameType(x, y)
        try requireSameCount(x, y)
        var gate = y
        gate.quantization = through
        guard let inner = LookupTable(from: x.elementType, to: y.elementType, try quantizedFunction(function, x, gate)),
            let single = Broadcast.single
        else { throw unsupported("\(function) of \(x.elementType)") }
        let product = try quantizedProduct(x, gate, y, activation)
        let table = inner.combined { bits, stored in
            var result: [UInt8] = [0]
            var target = result.mutableSpan
            ElementwiseReference.multiply(product, single, [bits].span, [stored].span, to: &target)
            return result[0]
        }
        return try lookup(table, count: x.shape.elementCount)
    }
}
