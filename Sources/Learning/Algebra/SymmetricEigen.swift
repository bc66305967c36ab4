/// Eigenvalues and eigenvectors of a symmetric matrix: Householder's tridiagonal form, then QL steps with implicit shifts (Golub and Van
/// Loan, "Matrix Computations", 8.3). About 6 D^3 multiplications in a fixed order.
package enum SymmetricEigen {
    /// - Parameter a: Only the lower triangle is read.
    /// - Returns: Eigenvalues from the largest down; row i of `vectors` belongs to value i and has length 1.
    /// - Throws: `singularCovariance` when a step does not converge, which only numbers that are not finite can cause.
    package static func decompose(_ a: Matrix) throws(LearningError) -> (values: [Double], vectors: Matrix) {
        let n = a.rowCount
        var symmetric = a
        symmetric.mirrorLower()
        var (diagonal, beside, basis) = tridiagonal(symmetric)
        try diagonalize(&diagonal, &beside, &basis)
        let order = diagonal.indices.sorted { diagonal[$0] == diagonal[$1] ? $0 < $1 : diagonal[$0] > diagonal[$1] }
        var vectors = Matrix(rowCount: n, columnCount: n)
        for (row, index) in order.enumerated() {
            for column in 0..<n { vectors[row, column] = basis[index, column] }
        }
        return (order.map { diagonal[$0] }, vectors)
    }

    /// Q * A * transpose(Q) = T. Rows of the result's basis are those of Q.
    private static func tridiagonal(_ a: Matrix) -> (diagonal: [Double], beside: [Double], basis: Matrix) {
        let n = a.rowCount
        var a = a
        var basis = Matrix(rowCount: n, columnCount: n)
        for index in 0..<n { basis[index, index] = 1 }
        var beside = [Double](repeating: 0, count: max(n - 1, 0))
        for k in 0..<max(n - 2, 0) {
            // v reflects column k below the diagonal onto its first axis.
            var v = (k + 1..<n).map { a[$0, k] }
            let norm = v.reduce(0) { $0 + $1 * $1 }.squareRoot()
            let alpha = v[0] > 0 ? -norm : norm
            beside[k] = alpha
            guard norm > 0 else { continue }
            v[0] -= alpha
            let square = v.reduce(0) { $0 + $1 * $1 }
            guard square > 0 else { continue }
            let factor = 2 / square
            let m = v.count
            // p = factor * A v; w = p - (factor / 2) (p v) v; A -= v w' + w v'
            var p = [Double](repeating: 0, count: m)
            for row in 0..<m {
                let start = (k + 1 + row) * n + k + 1
                var sum = 0.0
                for column in 0..<m { sum += a.values[start + column] * v[column] }
                p[row] = factor * sum
            }
            var common = 0.0
            for index in 0..<m { common += p[index] * v[index] }
            common *= factor / 2
            for index in 0..<m { p[index] -= common * v[index] }
            for row in 0..<m {
                let start = (k + 1 + row) * n + k + 1
                let (vRow, pRow) = (v[row], p[row])
                for column in 0..<m { a.values[start + column] -= vRow * p[column] + pRow * v[column] }
            }
            // Q = (1 - factor v v') Q: only rows from k + 1 on.
            var mixed = [Double](repeating: 0, count: n)
            for row in 0..<m {
                let start = (k + 1 + row) * n
                for column in 0..<n { mixed[column] += v[row] * basis.values[start + column] }
            }
            for row in 0..<m {
                let start = (k + 1 + row) * n
                let scale = factor * v[row]
                for column in 0..<n { basis.values[start + column] -= scale * mixed[column] }
            }
        }
        if n >= 2 { beside[n - 2] = a[n - 1, n - 2] }
        return ((0..<n).map { a[$0, $0] }, beside, basis)
    }

    /// QL steps until nothing is left beside the diagonal; the basis's rows turn along.
    private static func diagonalize(_ d: inout [Double], _ beside: inout [Double], _ basis: inout Matrix) throws(LearningError) {
        let n = d.count
        beside.append(0)
        for l in 0..<n {
            for attempt in 0... {
                var m = l
                while m < n - 1, abs(beside[m]) > 1e-16 * (abs(d[m]) + abs(d[m + 1])) { m += 1 }
                if m == l { break }
                guard attempt < 60 else { throw .singularCovariance }
                let slope = (d[l + 1] - d[l]) / (2 * beside[l])
                let length = hypotenuse(slope, 1)
                var g = d[m] - d[l] + beside[l] / (slope + (slope < 0 ? -length : length))
                var (sine, cosine, carried) = (1.0, 1.0, 0.0)
                var isSplit = false
                for i in stride(from: m - 1, through: l, by: -1) {
                    let f = sine * beside[i]
                    let b = cosine * beside[i]
                    let r = hypotenuse(f, g)
                    beside[i + 1] = r
                    if r == 0 {
                        d[i + 1] -= carried
                        beside[m] = 0
                        isSplit = true
                        break
                    }
                    sine = f / r
                    cosine = g / r
                    g = d[i + 1] - carried
                    let turn = (d[i] - g) * sine + 2 * cosine * b
                    carried = sine * turn
                    d[i + 1] = g + carried
                    g = cosine * turn - b
                    let (upper, lower) = (i * n, (i + 1) * n)
                    for column in 0..<n {
                        let (x, y) = (basis.values[upper + column], basis.values[lower + column])
                        basis.values[lower + column] = sine * x + cosine * y
                        basis.values[upper + column] = cosine * x - sine * y
                    }
                }
                if isSplit { continue }
                d[l] -= carried
                beside[l] = g
                beside[m] = 0
            }
        }
    }

    private static func hypotenuse(_ a: Double, _ b: Double) -> Double {
        let larger = max(abs(a), abs(b))
        guard larger > 0 else { return 0 }
        let (x, y) = (a / larger, b / larger)
        return larger * (x * x + y * y).squareRoot()
    }
}
