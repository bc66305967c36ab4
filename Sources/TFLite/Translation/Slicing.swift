import ModelGraph
import Tensors

/// Operators that cut out or add elements: SPLIT, STRIDED_SLICE, PAD, PADV2.
extension Operation {
    func split() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2, outputs: 1...Int.max)
        let values = try integers(0, "axis")
        guard values.count == 1 else { throw invalid("inputs[0]", "has \(values.count) elements, must have one axis") }
        let axis = try axis(values[0], rank: try inputTensor(1).shape.rank, "inputs[0]")
        let count = Int(try options()?.int32(0, "num_splits") ?? 0)
        guard count == outputs.count else {
            throw invalid("builtin_options.num_splits", "is \(count), there are \(outputs.count) outputs")
        }
        return layer(.split(axis: axis), inputs: [try input(1)])
    }

    /// Begin, end and stride for the first axes; a mask bit for an axis takes the whole way to that end, a shrink bit takes one element
    /// and drops the axis. Negative positions count from the end.
    func stridedSlice() throws(ModelFileError) -> Layer {
        try expect(inputs: 4...4)
        let options = try options()
        for (id, name) in [(2, "ellipsis_mask"), (3, "new_axis_mask")] {
            guard try options?.int32(id, name) ?? 0 == 0 else {
                throw .unsupported(
                    path: "\(table.place).builtin_options.\(name)", reason: "is set; only begin, end and shrink masks are supported")
            }
        }
        guard try !(options?.bool(5, "offset") ?? false) else {
            throw .unsupported(path: "\(table.place).builtin_options.offset", reason: "is set; ends relative to begins are not supported")
        }
        let beginMask = Int(try options?.int32(0, "begin_mask") ?? 0)
        let endMask = Int(try options?.int32(1, "end_mask") ?? 0)
        let shrinkMask = Int(try options?.int32(4, "shrink_axis_mask") ?? 0)
        let x = try inputTensor(0).shape
        let begins = try integers(1, "begin")
        let ends = try integers(2, "end")
        let steps = try integers(3, "stride")
        guard begins.count == ends.count, begins.count == steps.count, begins.count <= x.rank else {
            throw invalid(
                "inputs[1]", "begin, end and stride have \(begins.count), \(ends.count) and \(steps.count) elements for \(x.rank) axes")
        }
        var slice: (begins: [Int], strides: [Int], extents: [Int]) = ([], [], [])
        for axis in 0..<x.rank {
            var range = AxisSlice(begin: 0, stride: 1, extent: x[axis])
            if axis < begins.count {
                guard
                    let cut = AxisSlice(
                        begin: begins[axis], end: ends[axis], stride: steps[axis], extent: x[axis], beginMask: beginMask >> axis & 1 == 1,
                        endMask: endMask >> axis & 1 == 1, shrinkMask: shrinkMask >> axis & 1 == 1)
                else {
                    throw invalid(
                        "inputs[1]",
                        "takes no element of axis \(axis): \(begins[axis])..<\(ends[axis]) by \(steps[axis]) of \(x[axis])")
                }
                range = cut
            }
            slice.begins.append(range.begin)
            slice.strides.append(range.stride)
            slice.extents.append(range.extent)
        }
        return layer(.stridedSlice(begins: slice.begins, strides: slice.strides, extents: slice.extents), inputs: inputs(1))
    }

    func pad() throws(ModelFileError) -> Layer {
        try expect(inputs: kind == .padV2 ? 3...3 : 2...2)
        let x = try inputTensor(0)
        let paddings = try integers(1, "paddings")
        guard paddings.count == 2 * x.shape.rank else {
            throw invalid("inputs[1]", "has \(paddings.count) elements, \(2 * x.shape.rank) are needed for \(x.shape)")
        }
        let before = (0..<x.shape.rank).map { paddings[2 * $0] }
        let after = (0..<x.shape.rank).map { paddings[2 * $0 + 1] }
        return layer(.pad(before: before, after: after, value: try padValue(x)), inputs: inputs(1))
    }

    /// What PADV2 fills with, in stored units (the bits of a float32); nil for PAD's zero point, or zero.
    private func padValue(_ x: Graph.Tensor) throws(ModelFileError) -> Int32? {
        guard kind == .padV2 else { return nil }
        let value = try inputTensor(2)
        guard let bytes = value.constant, let first = bytes.first, value.shape.elementCount == 1 else {
            throw .unsupported(path: "\(table.place).inputs[2]", reason: "must be one constant")
        }
        guard value.elementType == x.elementType else {
            throw invalid("inputs[2]", "is \(value.elementType.rawValue), the input is \(x.elementType.rawValue)")
        }
        switch value.elementType {
        case .int8: return Int32(Int8(bitPattern: first))
        case .uint8: return Int32(first)
        case .int32, .float32: return Int32(bitPattern: bytes.littleEndianUInt32(at: bytes.startIndex))
        default: throw .unsupported(path: "\(table.place).inputs[2]", reason: "must be int8, uint8, int32 or float32")
        }
    }
}

/// Which elements of one axis a slice takes: `begin + i * stride` for i in `0..<extent`.
struct AxisSlice {
    var begin: Int
    var stride: Int
    var extent: Int

    init(begin: Int, stride: Int, extent: Int) {
        self.begin = begin
        self.stride = stride
        self.extent = extent
    }

    /// Nil when no element is taken, or the stride is 0 or out of Int32's range.
    /// - Parameter extent: of the axis that is sliced, at least 1.
    init?(begin: Int, end: Int, stride: Int, extent: Int, beginMask: Bool, endMask: Bool, shrinkMask: Bool) {
        guard let stride = Int32(exactly: stride).map(Int.init), stride != 0 else { return nil }
        guard let begin = Int32(exactly: begin).map(Int.init), let end = Int32(exactly: end).map(Int.init) else { return nil }
        let from = begin < 0 ? begin + extent : begin
        if shrinkMask {
            guard stride > 0 else { return nil }
            // A masked begin starts at 0 even here.
            let from = beginMask ? 0 : from
            guard from >= 0, from < extent else { return nil }
            self.init(begin: from, stride: 1, extent: 1)
            return
        }
        let to = end < 0 ? end + extent : end
        let lowest = stride > 0 ? 0 : -1
        let highest = stride > 0 ? extent : extent - 1
        let first = beginMask ? (stride > 0 ? 0 : extent - 1) : min(max(from, lowest), highest)
        let last = endMask ? (stride > 0 ? extent : -1) : min(max(to, lowest), highest)
        let span = stride > 0 ? last - first : first - last
        guard span > 0 else { return nil }
        let step = abs(stride)
        self.init(begin: first, stride: stride, extent: (span - 1) / step + 1)
    }
}
