import ModelGraph
import Tensors

/// RESIZE_NEAREST_NEIGHBOR of any element type: pixels are copied as bytes.
struct PreparedResizeNearestNeighbor: PreparedLayer {
    /// The row of the input for each row of the output.
    let rows: [Int]
    /// What the kernels need; nil on the reference tier.
    let fast: (kernels: Kernels, map: ResizeMap)?
    let columns: [Int]
    let batchCount: Int
    let inputHeight: Int
    let inputWidth: Int
    let pixelByteCount: Int
    let input: Region
    let output: Region

    func run(_ arena: borrowing Arena) {
        var target = arena.mutableSpan(output, of: UInt8.self)
        if let fast {
            fast.kernels.nearest(fast.map, arena.span(input), to: &target, lines: 0..<fast.map.batchCount * fast.map.outputHeight)
            return
        }
        ResizeReference.nearest(self, rows.span, columns.span, arena.span(input), to: &target)
    }
}

extension Preparation {
    /// Input [N,H,W,C], output [N,H',W',C] of the same type.
    mutating func prepareResizeNearestNeighbor(
        alignsCorners: Bool, usesHalfPixelCenters: Bool
    ) throws(InferenceError) -> any PreparedLayer {
        let (x, y) = (try input(0), try output())
        try requireResizable(x, y)
        func sources(_ axis: Int) -> [Int] {
            (0..<y.shape[axis]).map {
                ResizeReference.nearestSource(
                    $0, from: x.shape[axis], to: y.shape[axis], alignsCorners: alignsCorners, usesHalfPixelCenters: usesHalfPixelCenters)
            }
        }
        let (rows, columns) = (sources(1), sources(2))
        let fast = fastKernels.map { (kernels: $0, map: ResizeMap(rows: rows, columns: columns, x, y)) }
        return PreparedResizeNearestNeighbor(
            rows: rows, fast: fast, columns: columns, batchCount: x.shape[0], inputHeight: x.shape[1], inputWidth: x.shape[2],
            pixelByteCount: x.shape[3] * x.elementType.byteCount, input: try inputRegion(0), output: try outputRegion())
    }
}
