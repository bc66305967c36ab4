import ModelGraph
import Tensors

/// CONV_2D, DEPTHWISE_CONV_2D, TRANSPOSE_CONV, FULLY_CONNECTED: layers with weights.
extension Operation {
    func convolution2D() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...3)
        let options = try requiredOptions()
        let convolution = Convolution2D(
            strideHeight: Int(try options.int32(2, "stride_h")), strideWidth: Int(try options.int32(1, "stride_w")),
            dilationHeight: Int(try options.int32(5, "dilation_h_factor", default: 1)),
            dilationWidth: Int(try options.int32(4, "dilation_w_factor", default: 1)), padding: try padding(options, 0),
            activation: try activation(options, 3))
        return layer(.convolution2D(convolution), inputs: inputs(3))
    }

    func depthwiseConvolution2D() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...3)
        let options = try requiredOptions()
        let convolution = Convolution2D(
            strideHeight: Int(try options.int32(2, "stride_h")), strideWidth: Int(try options.int32(1, "stride_w")),
            dilationHeight: Int(try options.int32(6, "dilation_h_factor", default: 1)),
            dilationWidth: Int(try options.int32(5, "dilation_w_factor", default: 1)), padding: try padding(options, 0),
            activation: try activation(options, 4))
        // The field repeats what the shapes say; some writers leave it 0.
        let x = try inputTensor(0).shape
        let weights = try inputTensor(1).shape
        guard x.rank == 4, weights.rank == 4, weights[3] % x[3] == 0 else {
            throw invalid("inputs[1]", "has shape \(weights), which does not give each channel of \(x) the same number of filters")
        }
        let multiplier = weights[3] / x[3]
        let declared = Int(try options.int32(3, "depth_multiplier"))
        guard declared == 0 || declared == multiplier else {
            throw invalid("builtin_options.depth_multiplier", "is \(declared), the shapes say \(multiplier)")
        }
        return layer(.depthwiseConvolution2D(convolution, depthMultiplier: multiplier), inputs: inputs(3))
    }

    func transposeConvolution2D() throws(ModelFileError) -> Layer {
        try expect(inputs: 3...4)
        let options = try requiredOptions()
        let convolution = Convolution2D(
            strideHeight: Int(try options.int32(2, "stride_h")), strideWidth: Int(try options.int32(1, "stride_w")),
            padding: try padding(options, 0), activation: try activation(options, 3))
        let target = try integers(0, "output shape")
        let output = try outputTensor().shape
        guard target == output.extents else {
            throw invalid("inputs[0]", "asks for the output shape \(target), the output tensor has \(output)")
        }
        // In the file: output shape, weights, x, bias.
        return layer(.transposeConvolution2D(convolution), inputs: [try input(2), try input(1), inputs.count > 3 ? inputs[3] : nil])
    }

    func fullyConnected() throws(ModelFileError) -> Layer {
        try expect(inputs: 2...3)
        let options = try requiredOptions()
        let format = try options.int8(1, "weights_format")
        guard format == 0 else {
            throw .unsupported(
                path: "\(table.place).builtin_options.weights_format", reason: "is \(format), only the default (0) is supported")
        }
        return layer(.fullyConnected(activation: try activation(options, 0)), inputs: inputs(3))
    }
}
