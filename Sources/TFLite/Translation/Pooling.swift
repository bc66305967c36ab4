import ModelGraph
import Tensors

/// Operators that sum up or look up: pools, MEAN, ARG_MAX, GATHER_ND, and those that resize.
extension Operation {
    func pool2D() throws(ModelFileError) -> Pool2D {
        try expect(inputs: 1...1)
        let options = try requiredOptions()
        return Pool2D(
            windowHeight: Int(try options.int32(4, "filter_height")), windowWidth: Int(try options.int32(3, "filter_width")),
            strideHeight: Int(try options.int32(2, "stride_h")), strideWidth: Int(try options.int32(1, "stride_w")),
            padding: try padding(options, 0), activation: try activation(options, 5))
    }

    func mean() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2)
        let rank = try inputTensor(0).shape.rank
        var axes: [Int] = []
        for value in try integers(1, "axes") {
            let axis = try axis(value, rank: rank, "inputs[1]")
            if !axes.contains(axis) { axes.append(axis) }
        }
        return layer(.mean(axes: axes.sorted(), keepsAxes: try options()?.bool(0, "keep_dims") ?? false), inputs: inputs(1))
    }

    func argMax() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2)
        let values = try integers(1, "axis")
        guard values.count == 1 else { throw invalid("inputs[1]", "has \(values.count) elements, must have one axis") }
        let axis = try axis(values[0], rank: try inputTensor(0).shape.rank, "inputs[1]")
        return layer(.argMax(axis: axis), inputs: inputs(1))
    }

    func gatherND() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...2)
        return layer(.gatherND, inputs: inputs)
    }

    func resizeBilinear() throws(ModelFileError) -> Layer {
        try checkResize()
        let options = try options()
        return layer(
            .resizeBilinear(
                alignsCorners: try options?.bool(2, "align_corners") ?? false,
                usesHalfPixelCenters: try options?.bool(3, "half_pixel_centers") ?? false), inputs: inputs(1))
    }

    func resizeNearestNeighbor() throws(ModelFileError) -> Layer {
        try checkResize()
        let options = try options()
        return layer(
            .resizeNearestNeighbor(
                alignsCorners: try options?.bool(0, "align_corners") ?? false,
                usesHalfPixelCenters: try options?.bool(1, "half_pixel_centers") ?? false), inputs: inputs(1))
    }

    /// The size comes as a constant [height, width] and must be the output's.
    private func checkResize() throws(ModelFileError) {
        try expect(inputs: 2...2)
        let size = try integers(1, "size")
        let output = try outputTensor().shape
        guard output.rank == 4, size == [output[1], output[2]] else {
            throw invalid("inputs[1]", "asks for the size \(size), the output tensor has shape \(output)")
        }
    }
}
