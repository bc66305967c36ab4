import ModelGraph
import Tensors

/// Tensors of the file as tensors of the graph: type, shape, quantisation, constant bytes.
extension Translator {
    func tensor(_ table: TensorTable) throws(ModelFileError) -> Graph.Tensor {
        let type = try elementType(table)
        let shape = try shape(table)
        return Graph.Tensor(
            name: table.name, elementType: type, shape: shape, quantization: try quantization(table, type: type, shape: shape),
            constant: try constant(table, byteCount: shape.elementCount * type.byteCount))
    }

    private func elementType(_ table: TensorTable) throws(ModelFileError) -> ElementType {
        switch table.type {
        case 0: return .float32
        case 2: return .int32
        case 3: return .uint8
        case 4: return .int64
        case 6: return .bool
        case 7: return .int16
        case 9: return .int8
        case 1:
            throw .unsupported(
                path: "\(table.place).type", reason: "is float16; convert the model with full integer quantisation (int8 or uint8)")
        default:
            throw .unsupported(
                path: "\(table.place).type",
                reason: "is type \(table.type); supported are uint8, int8, int16, int32, int64, float32 and bool")
        }
    }

    private func shape(_ table: TensorTable) throws(ModelFileError) -> Shape {
        for (axis, extent) in table.shape.enumerated() where extent < 1 || extent > Shape.maximumExtent {
            throw .invalid(path: "\(table.place).shape[\(axis)]", reason: "is \(extent), must be 1...\(Shape.maximumExtent)")
        }
        guard table.shape.count <= Shape.maximumRank else {
            throw .unsupported(
                path: "\(table.place).shape", reason: "has \(table.shape.count) axes, at most \(Shape.maximumRank) are supported")
        }
        guard let shape = Shape(table.shape.map(Int.init)) else {
            throw .invalid(path: "\(table.place).shape", reason: "\(table.shape) has more than \(Shape.maximumElementCount) elements")
        }
        return shape
    }

    /// Nil when the file gives no scale (a range alone does not count), or the type stands for itself.
    private func quantization(_ table: TensorTable, type: ElementType, shape: Shape) throws(ModelFileError) -> Quantization? {
        var path: String { "\(table.place).quantization" }
        let scales = table.scales
        guard !scales.isEmpty else { return nil }
        let range: ClosedRange<Int64>
        switch type {
        case .int8: range = -128...127
        case .uint8: range = 0...255
        case .int16: range = -32_768...32_767
        case .int32: range = Int64(Int32.min)...Int64(Int32.max)
        case .float32, .int64, .bool: return nil
        }
        for (index, scale) in scales.enumerated() where !scale.isFinite || scale <= 0 {
            throw .invalid(
                path: "\(path).scale[\(index)]", reason: "is \(scale.isNaN ? "not a number" : "\(scale)"), must be a finite number above 0")
        }
        // Writers may leave out zero points that are all 0, or write one for all.
        guard [0, 1, scales.count].contains(table.zeroPoints.count) else {
            throw .invalid(path: "\(path).zero_point", reason: "has \(table.zeroPoints.count) elements for \(scales.count) scales")
        }
        for (index, value) in table.zeroPoints.enumerated() where !range.contains(value) {
            throw .invalid(
                path: "\(path).zero_point[\(index)]",
                reason: "is \(value), must be \(range.lowerBound)...\(range.upperBound) for \(type.rawValue)")
        }
        var zeroPoints = table.zeroPoints.map { Int32(truncatingIfNeeded: $0) }
        if zeroPoints.count < scales.count { zeroPoints = Array(repeating: zeroPoints.first ?? 0, count: scales.count) }
        let quantization = Quantization(
            scales: scales, zeroPoints: zeroPoints, axis: scales.count == 1 ? nil : try axis(table, count: scales.count, shape: shape))
        guard let quantization else { throw .invalid(path: path, reason: "is not a scale and a zero point for each slice") }
        return quantization
    }

    /// The axis of `count` scales. With one scale the field means nothing and may hold anything; a vector has only one axis, whatever the
    /// field says (person_detect_model.tflite, a file that is widely used, says 3 there).
    private func axis(_ table: TensorTable, count: Int, shape: Shape) throws(ModelFileError) -> Int {
        let axis = shape.rank == 1 ? 0 : Int(table.quantizedDimension)
        var path: String { "\(table.place).quantization" }
        guard axis >= 0, axis < shape.rank else {
            throw .invalid(path: "\(path).quantized_dimension", reason: "is \(axis), must be an axis of \(shape)")
        }
        guard shape[axis] == count else {
            throw .invalid(path: "\(path).scale", reason: "has \(count) elements, axis \(axis) of \(shape) has \(shape[axis])")
        }
        return axis
    }

    /// The bytes of a tensor that is known with the model: a view of the file, not a copy. Buffer 0 is the empty one.
    private func constant(_ table: TensorTable, byteCount: Int) throws(ModelFileError) -> ArraySlice<UInt8>? {
        guard table.buffer != 0 else { return nil }
        guard table.buffer < model.buffers.count else {
            throw .malformed(path: "\(table.place).buffer", reason: "is \(table.buffer), there are \(model.buffers.count) buffers")
        }
        guard let range = model.buffers[Int(table.buffer)] else { return nil }
        guard range.count == byteCount else {
            throw .invalid(
                path: "\(table.place).buffer", reason: "has \(range.count) bytes, the tensor's type and shape need \(byteCount)")
        }
        return reader.bytes[range]
    }
}
