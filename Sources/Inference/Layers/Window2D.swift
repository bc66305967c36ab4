import ModelGraph
import Tensors

/// A window that slides over an image: the extents of x [N,H,W,I], y [N,OH,OW,O] and the kernel, and where the first window lies.
///
/// Proven by its init: every field fits Int32 with room for the sums that the kernels form.
struct Window2D: Sendable {
    let batches: Int
    let inputHeight: Int
    let inputWidth: Int
    let inputChannels: Int
    let outputHeight: Int
    let outputWidth: Int
    let outputChannels: Int
    let kernelHeight: Int
    let kernelWidth: Int
    let strideHeight: Int
    let strideWidth: Int
    let dilationHeight: Int
    let dilationWidth: Int
    /// Lines of the first window above the image, 0 or more.
    let padTop: Int
    /// Columns of the first window left of the image, 0 or more.
    let padLeft: Int

    var inputByteCount: Int { batches * inputHeight * inputWidth * inputChannels }
    var inputLineByteCount: Int { inputWidth * inputChannels }
    var outputLineByteCount: Int { outputWidth * outputChannels }
    var outputPixelCount: Int { batches * outputHeight * outputWidth }
    /// Inputs under one window.
    var depth: Int { kernelHeight * kernelWidth * inputChannels }

    private static let maximumExtent = 1 << 24

    /// - Parameter transposed: the window slides over y and reads x where it was scattered.
    /// - Throws: the reason as text when the shapes do not belong together.
    init(x: Shape, y: Shape, kernelHeight: Int, kernelWidth: Int, convolution: Convolution2D, transposed: Bool) throws(Mismatch) {
        guard x.rank == 4, y.rank == 4, x[0] == y[0] else { throw Mismatch(reason: "shapes \(x) and \(y) are not two images [N,H,W,C]") }
        guard
            [
                kernelHeight, kernelWidth, convolution.strideHeight, convolution.strideWidth, convolution.dilationHeight,
                convolution.dilationWidth,
            ].allSatisfy({ (1...65_535).contains($0) }),
            (kernelHeight - 1) * convolution.dilationHeight < Self.maximumExtent,
            (kernelWidth - 1) * convolution.dilationWidth < Self.maximumExtent,
            !transposed || convolution.dilationHeight == 1 && convolution.dilationWidth == 1
        else { throw Mismatch(reason: "a kernel of \(kernelHeight)x\(kernelWidth) with \(convolution)") }
        // The forward direction: a transposed convolution is the gradient of the convolution from y to x.
        let (from, to) = transposed ? (y, x) : (x, y)
        let rows = Self.slide(
            extent: from[1], kernel: kernelHeight, stride: convolution.strideHeight, dilation: convolution.dilationHeight,
            padding: convolution.padding, margins: convolution.margins.map { ($0.top, $0.bottom) })
        let columns = Self.slide(
            extent: from[2], kernel: kernelWidth, stride: convolution.strideWidth, dilation: convolution.dilationWidth,
            padding: convolution.padding, margins: convolution.margins.map { ($0.left, $0.right) })
        // The file gives y's shape of a transposed convolution; any is sound there, since inputs that fall outside are dropped.
        guard transposed || (rows.count == to[1] && columns.count == to[2]) else {
            throw Mismatch(reason: "an output of \(to) where \(from) gives \(rows.count)x\(columns.count)")
        }
        let (depth, overflow) = (kernelHeight * kernelWidth).multipliedReportingOverflow(by: x[3])
        guard !overflow, depth <= Self.maximumExtent else { throw Mismatch(reason: "\(kernelHeight)x\(kernelWidth)x\(x[3]) products") }
        batches = x[0]
        (inputHeight, inputWidth, inputChannels) = (x[1], x[2], x[3])
        (outputHeight, outputWidth, outputChannels) = (y[1], y[2], y[3])
        (self.kernelHeight, self.kernelWidth) = (kernelHeight, kernelWidth)
        (strideHeight, strideWidth) = (convolution.strideHeight, convolution.strideWidth)
        (dilationHeight, dilationWidth) = (convolution.dilationHeight, convolution.dilationWidth)
        (padTop, padLeft) = (rows.padding, columns.padding)
    }

    struct Mismatch: Error { let reason: String }

    /// TFLite's rule: how many windows fit an axis, and how much of the first lies in front of it (half of what is missing, rounded down).
    static func slide(
        extent: Int, kernel: Int, stride: Int, dilation: Int, padding: Padding, margins: (before: Int, after: Int)? = nil
    ) -> (count: Int, padding: Int) {
        let reach = (kernel - 1) * dilation + 1
        if let margins { return ((extent + margins.before + margins.after + stride - reach) / stride, margins.before) }
        let count =
            switch padding {
            case .same: (extent + stride - 1) / stride
            case .valid: (extent + stride - reach) / stride
            }
        return (count, max((count - 1) * stride + reach - extent, 0) / 2)
    }
}
