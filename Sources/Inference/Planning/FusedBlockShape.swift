/// In what steps a fused block is computed.
struct FusedBlockShape: Sendable {
    /// Expanded lines that the rolling buffer holds: those under the windows of a step.
    let ringLineCount: Int
    /// Output lines of the depthwise layer that are computed at a time.
    let linesPerStep: Int
    let linesPerPart: Int
    let partCount: Int
    let ringByteCount: Int
    /// Of the lines between the depthwise layer and the projection; 0 without one.
    let lineByteCount: Int
    private let window: Window2D

    /// Of the rolling buffers and the lines behind them, all workers' together: half of the second-level cache that the cores of the smallest
    /// boards share. Half of that costs 1 % here, an eighth 5 %, since kernels like long rows.
    private static let stepByteCount = 256 * 1024
    /// A part computes the lines of the expansion that it shares with the part before it once more: at most one in so many.
    private static let leastLinesPerLineTwice = 10

    /// Nil when parts would be too thin.
    /// - Parameter window: of the depthwise layer.
    init?(_ window: Window2D, projects: Bool, workerCount: Int) {
        let reach = (window.kernelHeight - 1) * window.dilationHeight + 1
        func ring(_ lines: Int) -> Int { min(window.inputHeight, (lines - 1) * window.strideHeight + reach) }
        func bytes(_ lines: Int) -> Int {
            ring(lines) * window.inputLineByteCount + (projects ? lines * window.outputLineByteCount : 0)
        }
        var lines = 1
        while lines < window.outputHeight, bytes(lines + 1) <= Self.stepByteCount / workerCount { lines += 1 }
        if workerCount > 1 {
            let twice = max(0, reach - window.strideHeight)
            let least = max(lines, (twice * Self.leastLinesPerLineTwice + window.strideHeight - 1) / window.strideHeight)
            guard window.outputHeight / least >= workerCount else { return nil }
        }
        linesPerStep = lines
        // One part a worker: with two or four of them, whose first lines are computed twice, blocks took 2 to 6 % longer.
        linesPerPart = (window.outputHeight + workerCount - 1) / workerCount
        partCount = (window.outputHeight + linesPerPart - 1) / linesPerPart
        ringLineCount = ring(lines)
        ringByteCount = ringLineCount * window.inputLineByteCount
        lineByteCount = projects ? lines * window.outputLineByteCount : 0
        self.window = window
    }

    /// The output lines of some parts.
    func lines(of parts: Range<Int>) -> Range<Int> {
        parts.lowerBound * linesPerPart..<min(parts.upperBound * linesPerPart, window.outputHeight)
    }

    /// The lines of the expansion under the windows of some output lines, at least one of them; empty where all lie outside of the image.
    func expandedLines(for lines: Range<Int>) -> Range<Int> {
        let first = max(0, lines.lowerBound * window.strideHeight - window.padTop)
        let last = (lines.upperBound - 1) * window.strideHeight - window.padTop + (window.kernelHeight - 1) * window.dilationHeight
        return first..<max(first, min(last + 1, window.inputHeight))
    }
}
