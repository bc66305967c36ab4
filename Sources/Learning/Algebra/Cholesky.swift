/// The lower triangular L with L * transpose(L) = A, and its inverse, in blocks of 64 columns so that nearly all work is matrix products
/// (Golub and Van Loan, "Matrix Computations", 4.2). The order of all additions is fixed: the same bits on every machine.
package enum Cholesky {
    package static let blockSize = 64

    /// Replaces a symmetric matrix, of which only the lower triangle is read, by L; what is above the diagonal becomes zero.
    /// About D^3 / 6 multiplications.
    /// - Throws: `singularCovariance` when the matrix is not positive definite to working precision.
    package static func factor(_ a: inout Matrix, _ kernels: VectorKernels) throws(LearningError) {
        let n = a.rowCount
        precondition(a.columnCount == n)
        for start in stride(from: 0, to: n, by: blockSize) {
            let end = min(start + blockSize, n)
            var diagonal = a.block(start..<end, start..<end).copy
            try factorSmall(&diagonal)
            write(diagonal, to: &a, row: start, column: start)
            guard end < n else { break }
            // L21 = A21 * transpose(inverse(L11))
            let inverse = invertSmall(diagonal).transposed
            let below = a.block(end..<n, start..<end).copy
            var panel = Matrix(rowCount: n - end, columnCount: end - start)
            kernels.addProduct(below.all, inverse.all, to: &panel)
            write(panel, to: &a, row: end, column: start)
            let across = panel.transposed
            for row in stride(from: end, to: n, by: blockSize) {
                let rowEnd = min(row + blockSize, n)
                kernels.addProduct(
                    panel.block(row - end..<rowEnd - end, 0..<end - start), across.block(0..<end - start, 0..<rowEnd - end), sign: -1,
                    to: &a, row: row, column: end)
            }
        }
        for row in 0..<n { for column in row + 1..<max(n, row + 1) { a.values[row * n + column] = 0 } }
    }

    /// The inverse of a lower triangular matrix, lower triangular too. About D^3 / 6 multiplications.
    package static func inverse(ofLower l: Matrix, _ kernels: VectorKernels) -> Matrix {
        let n = l.rowCount
        var result = Matrix(rowCount: n, columnCount: n)
        for start in stride(from: 0, to: n, by: blockSize) {
            let end = min(start + blockSize, n)
            let diagonal = invertSmall(l.block(start..<end, start..<end).copy)
            if start > 0 {
                // W21 = -inverse(L22) * (L21 * W11)
                var product = Matrix(rowCount: end - start, columnCount: start)
                for inner in stride(from: 0, to: start, by: blockSize) {
                    let innerEnd = min(inner + blockSize, start)
                    kernels.addProduct(
                        l.block(start..<end, inner..<innerEnd), result.block(inner..<innerEnd, 0..<innerEnd), to: &product)
                }
                kernels.addProduct(diagonal.all, product.all, sign: -1, to: &result, row: start, column: 0)
            }
            write(diagonal, to: &result, row: start, column: start)
        }
        return result
    }

    private static func factorSmall(_ a: inout Matrix) throws(LearningError) {
        let n = a.rowCount
        for j in 0..<n {
            var pivot = a[j, j]
            for k in 0..<j { pivot -= a[j, k] * a[j, k] }
            // A pivot of rounding errors would only make noise; NaN fails too.
            guard pivot > a[j, j] * 1e-13, pivot > 0 else { throw .singularCovariance }
            let root = pivot.squareRoot()
            a[j, j] = root
            for i in j + 1..<max(n, j + 1) {
                var sum = a[i, j]
                for k in 0..<j { sum -= a[i, k] * a[j, k] }
                a[i, j] = sum / root
                a[j, i] = 0
            }
        }
    }

    private static func invertSmall(_ l: Matrix) -> Matrix {
        let n = l.rowCount
        var result = Matrix(rowCount: n, columnCount: n)
        for column in 0..<n {
            result[column, column] = 1 / l[column, column]
            for row in column + 1..<max(n, column + 1) {
                var sum = 0.0
                for k in column..<row { sum -= l[row, k] * result[k, column] }
                result[row, column] = sum / l[row, row]
            }
        }
        return result
    }

    private static func write(_ block: Matrix, to a: inout Matrix, row: Int, column: Int) {
        for i in 0..<block.rowCount {
            for j in 0..<block.columnCount { a.values[(row + i) * a.columnCount + column + j] = block.values[i * block.columnCount + j] }
        }
    }
}
