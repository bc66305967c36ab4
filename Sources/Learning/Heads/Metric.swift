/// A Mahalanobis metric as a map to features in which it is a difference of sums of squares:
///
///     distance(x, y) = scale * (sum of (f - g)^2 over the first `positiveCount` features - the same over the rest), f, g those of x and y
///
/// The full form has the features W x with W the inverse of the covariance's Cholesky factor. The dual form, for fewer samples than
/// dimensions, has x itself and, subtracted, its part in the space that the samples span (Woodbury's identity).
struct Metric: Sendable, Hashable {
    let dimension: Int
    let featureCount: Int
    let positiveCount: Int
    let scale: Double
    /// The transposed map, [D, featureCount] in the dual form without its identity; in the full form in blocks of 64 rows, each without the
    /// columns in front of the block, which are zero.
    private let blocks: [Matrix]
    private let isFull: Bool

    /// From W, lower triangular.
    init(whitening: Matrix) {
        let n = whitening.rowCount
        (dimension, featureCount, positiveCount, scale, isFull) = (n, n, n, 1, true)
        let transposed = whitening.transposed
        blocks = stride(from: 0, to: n, by: Cholesky.blockSize).map {
            transposed.block($0..<min($0 + Cholesky.blockSize, n), $0..<n).copy
        }
    }

    /// - Parameters:
    ///   - spanned: The transposed map to the subtracted features, [D, N].
    ///   - ridge: 1 / scale.
    init(spanned: Matrix, ridge: Double) {
        dimension = spanned.rowCount
        positiveCount = dimension
        featureCount = dimension + spanned.columnCount
        scale = 1 / ridge
        isFull = false
        blocks = [spanned]
    }

    /// Rows of features of rows of vectors: [N,D] to [N,featureCount]. Each row's bits do not depend on the other rows.
    func features(_ x: Matrix, _ kernels: VectorKernels) -> Matrix {
        precondition(x.columnCount == dimension)
        var result = Matrix(rowCount: x.rowCount, columnCount: featureCount)
        if isFull {
            for (index, block) in blocks.enumerated() {
                let start = index * Cholesky.blockSize
                kernels.addProduct(x.block(0..<x.rowCount, start..<start + block.rowCount), block.all, to: &result, column: start)
            }
        } else {
            for row in 0..<x.rowCount {
                for column in 0..<dimension { result.values[row * featureCount + column] = x.values[row * dimension + column] }
            }
            kernels.addProduct(x.all, blocks[0].all, to: &result, column: dimension)
        }
        return result
    }

    /// The inner product of two differences of features.
    func product(_ a: [Double], _ b: [Double]) -> Double {
        precondition(a.count == featureCount && b.count == featureCount)
        return scale * (Self.sum(a, b, 0..<positiveCount) - Self.sum(a, b, positiveCount..<featureCount))
    }

    /// Eight interleaved sums, added up in a fixed order.
    private static func sum(_ a: [Double], _ b: [Double], _ range: Range<Int>) -> Double {
        var lanes = SIMD8<Double>.zero
        var index = range.lowerBound
        while index + 8 <= range.upperBound {
            var (left, right) = (SIMD8<Double>.zero, SIMD8<Double>.zero)
            for lane in 0..<8 { (left[lane], right[lane]) = (a[index + lane], b[index + lane]) }
            lanes += left * right
            index += 8
        }
        var sum = ((lanes[0] + lanes[4]) + (lanes[2] + lanes[6])) + ((lanes[1] + lanes[5]) + (lanes[3] + lanes[7]))
        while index < range.upperBound {
            sum += a[index] * b[index]
            index += 1
        }
        return sum
    }
}
