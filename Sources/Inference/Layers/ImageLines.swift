/// Lines of an image with its margins in scratch memory, so that a window over few channels has one run of inputs in each of its lines,
/// and no window leaves the image.
struct ImageLines: Sendable {
    let window: Window2D
    /// Lines of the output that are computed from one filling of the scratch memory.
    let bandLineCount: Int

    /// What the lines of a band may take of the first-level cache, about.
    private static let bandByteCount = 24 * 1024

    /// Nil where whole rows are better: the products that fill up each line of a window would cost more than the copies. They cost
    /// nothing where there are none, and little where all channels lie in one vector.
    init?(_ window: Window2D, kernels: Kernels) {
        let layout = kernels.weightLayout
        let group = layout.group
        func groups(_ depth: Int) -> Int { (depth + group - 1) / group }
        let lineGroups = window.kernelHeight * groups(window.kernelWidth * window.inputChannels)
        guard kernels.readsLines, window.dilationWidth == 1, window.outputWidth >= Self.leastWidth,
            lineGroups == groups(window.depth)
                || window.outputChannels <= layout.lastPanelWidth && 2 * lineGroups <= 3 * groups(window.depth)
        else { return nil }
        self.window = window
        let lineByteCount = window.strideHeight * Self.width(of: window) * window.inputChannels
        bandLineCount = max(1, min(window.outputHeight, Self.bandByteCount / lineByteCount))
    }

    /// Least pixels of a line of the output.
    private static let leastWidth = 8

    /// Pixels from the left of the first window to the right of the last one.
    private static func width(of window: Window2D) -> Int { (window.outputWidth - 1) * window.strideWidth + window.kernelWidth }

    var width: Int { Self.width(of: window) }
    var lineByteCount: Int { width * window.inputChannels }

    /// Lines of the image under so many lines of the output.
    func inputLineCount(_ outputLineCount: Int) -> Int {
        (outputLineCount - 1) * window.strideHeight + (window.kernelHeight - 1) * window.dilationHeight + 1
    }

    /// Scratch memory of a band: kernels read whole groups, beyond the last window's inputs.
    var byteCount: Int { inputLineCount(bandLineCount) * lineByteCount + Kernels.packingRoom }
}
