import ModelGraph
import Tensors

extension Preparation {
    /// FULLY_CONNECTED: inputs x, taken as rows of I elements whatever its axes, weights [O,I] constant, bias [O] int32 constant or absent.
    mutating func prepareFullyConnected(activation: Activation) throws(InferenceError) -> any PreparedLayer {
        let (x, w, y) = (try fileInput(0), try fileInput(1), try fileOutput())
        guard w.shape.rank == 2, x.shape.elementCount % w.shape[1] == 0,
            x.shape.elementCount / w.shape[1] == y.shape.elementCount / w.shape[0], y.shape.elementCount % w.shape[0] == 0,
            let rows = Shape([1, x.shape.elementCount / w.shape[1], 1, w.shape[1]]),
            let outputs = Shape([1, x.shape.elementCount / w.shape[1], 1, w.shape[0]])
        else { throw unsupported("weights of \(w.shape) from \(x.shape) to \(y.shape)") }
        // Each row is a pixel under a window of one by one.
        let window: Window2D
        do {
            window = try Window2D(
                x: rows, y: outputs, kernelHeight: 1, kernelWidth: 1,
                convolution: Convolution2D(strideHeight: 1, strideWidth: 1, padding: .valid, activation: activation), transposed: false)
        } catch { throw unsupported(error.reason) }
        // Unlike convolutions, TFLite forms the product of int8 layers with one scale in float32 too.
        let constants = try quantizedWeights(channelAxis: 0, activation: activation) { _, isPerChannel in isPerChannel ? .double : .single }
        if tier == .reference {
            return ReferenceFullyConnected(
                rowCount: window.outputPixelCount, depth: window.depth, constants: constants, input: try inputRegion(0),
                output: try outputRegion())
        }
        return try matrixProduct(window, isTransposed: false, constants: constants)
    }
}
