import ModelGraph
import Tensors

extension Preparation {
    /// CONV_2D: inputs x [N,H,W,I], weights [O,KH,KW,I] constant, bias [O] int32 constant or absent.
    mutating func prepareConvolution2D(_ convolution: Convolution2D) throws(InferenceError) -> any PreparedLayer {
        try prepareConvolution(convolution, transposed: false)
    }

    /// TRANSPOSE_CONV: inputs x [N,H,W,I], weights [O,KH,KW,I] constant, bias [O] int32 constant or absent; y's shape is the file's.
    ///
    /// TFLite scatters each input over the outputs; this gathers for each output the inputs that reach it, and sums the same products.
    mutating func prepareTransposeConvolution2D(_ convolution: Convolution2D) throws(InferenceError) -> any PreparedLayer {
        try prepareConvolution(convolution, transposed: true)
    }

    private mutating func prepareConvolution(
        _ convolution: Convolution2D, transposed: Bool
    ) throws(InferenceError) -> any PreparedLayer {
        let (x, w, y) = (try fileInput(0), try fileInput(1), try fileOutput())
        guard w.shape.rank == 4, x.shape.rank == 4, y.shape.rank == 4, w.shape[3] == x.shape[3], w.shape[0] == y.shape[3] else {
            throw unsupported("weights of \(w.shape) from \(x.shape) to \(y.shape)")
        }
        let window: Window2D
        do {
            window = try Window2D(
                x: x.shape, y: y.shape, kernelHeight: w.shape[1], kernelWidth: w.shape[2], convolution: convolution,
                transposed: transposed)
        } catch { throw unsupported(error.reason) }
        let constants = try quantizedWeights(channelAxis: 0, activation: convolution.activation) { isSigned, _ in
            isSigned ? .double : .single
        }
        if tier == .reference {
            return ReferenceConvolution2D(
                window: window, isTransposed: transposed, constants: constants, input: try inputRegion(0), output: try outputRegion())
        }
        return try matrixProduct(window, isTransposed: transposed, constants: constants)
    }
}
