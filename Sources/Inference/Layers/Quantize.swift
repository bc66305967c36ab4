import FixedPoint
import ModelGraph
import Tensors

/// QUANTIZE from float32 to an 8-bit type.
struct PreparedQuantize: SplitLayer {
    let quantization: Quantization
    let range: OutputRange
    /// Nil on the reference tier.
    let kernels: Kernels?
    let input: Region
    let output: Region
    let elements: ElementParts

    var partCount: Int { elements.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let range = elements.elements(of: parts)
        let source = arena.span(input.elements(range, byteCount: 4), of: Float.self)
        var target = arena.mutableSpan(output.elements(range, byteCount: 1), of: UInt8.self)
        if let kernels {
            let zeroPoint = quantization.zeroPoint
            kernels.quantize(
                source, scale: quantization.scale, limits: Float(self.range.lower - zeroPoint)...Float(self.range.upper - zeroPoint),
                zeroPoint: zeroPoint, out: &target, count: range.count)
            return
        }
        QuantizeReference.quantize(
            source, scale: quantization.scale, zeroPoint: quantization.zeroPoint, range: self.range, to: &target, count: range.count)
    }
}

/// DEQUANTIZE from an 8-bit type to float32, by a table indexed with the bits of the input.
struct PreparedDequantize: SplitLayer {
    /// Always 256 entries.
    let table: [Float]
    let bytes: ByteMeaning
    let scale: Float
    /// Nil on the reference tier. Kernels compute: the double product of the norm, rounded once, is the product in single precision.
    let kernels: Kernels?
    let input: Region
    let output: Region
    let elements: ElementParts

    var partCount: Int { elements.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let range = elements.elements(of: parts)
        let source = arena.span(input.elements(range, byteCount: 1), of: UInt8.self)
        var target = arena.mutableSpan(output.elements(range, byteCount: 4), of: Float.self)
        if let kernels {
            kernels.dequantize(source, bytes, scale: scale, out: &target, count: range.count)
            return
        }
        QuantizeReference.dequantize(source, by: table.span, to: &target, count: range.count)
    }
}

extension Preparation {
    /// Input float32, uint8 or int8, output uint8 or int8 of the same shape.
    mutating func prepareQuantize() throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try fileInput(0), try fileOutput())
        try requireSameCount(x, y)
        let (to, range) = (try perTensorQuantization(y), try outputRange(.none, of: y))
        if x.elementType == .float32 {
            return PreparedQuantize(
                quantization: to, range: range, kernels: fastKernels, input: try inputRegion(0), output: try outputRegion(),
                elements: ElementParts(count: x.shape.elementCount, partSize: ElementParts.scalarPartSize))
        }
        let from = try perTensorQuantization(x)
        let multiplier = try quantizedMultiplier(Double(from.scale) / Double(to.scale))
        guard
            let table = LookupTable(
                from: x.elementType, to: y.elementType,
                { QuantizeReference.requantize($0 - from.zeroPoint, multiplier, zeroPoint: to.zeroPoint, range: range) })
        else { throw unsupported("quantisation of \(x.elementType) as \(y.elementType)") }
        return try lookup(table, count: x.shape.elementCount)
    }

    /// Input uint8 or int8, output float32 of the same shape.
    mutating func prepareDequantize() throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireSameCount(x, y)
        let from = try perTensorQuantization(x)
        guard x.elementType.eightBitRange != nil, y.elementType == .float32 else {
            throw unsupported("dequantisation of \(x.elementType) as \(y.elementType)")
        }
        let table = (0..<256).map { bits in
            QuantizeReference.dequantize(
                x.elementType == .int8 ? Int32(Int8(truncatingIfNeeded: bits)) : Int32(bits), scale: from.scale,
                zeroPoint: from.zeroPoint)
        }
        return PreparedDequantize(
            table: table, bytes: ByteMeaning(isSigned: x.elementType == .int8, zeroPoint: from.zeroPoint), scale: from.scale,
            kernels: fastKernels, input: try inputRegion(0), output: try outputRegion(),
            elements: ElementParts(count: x.shape.elementCount, partSize: ElementParts.kernelPartSize))
    }
}
