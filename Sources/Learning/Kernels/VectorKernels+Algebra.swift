import CKernels

extension VectorKernels {
    /// c[row + i][column + j] += sign * the sum over k of a[i][k] * b[k][j], added up in the order of k on every machine.
    /// - Parameters:
    ///   - a: [M,K]
    ///   - b: [K,N]
    ///   - sign: 1 or -1
    package func addProduct(_ a: MatrixBlock, _ b: MatrixBlock, sign: Double = 1, to c: inout Matrix, row: Int = 0, column: Int = 0) {
        let (m, n, k) = (a.rows.count, b.columns.count, a.columns.count)
        precondition(b.rows.count == k && row >= 0 && column >= 0 && row + m <= c.rowCount && column + n <= c.columnCount)
        guard m > 0, n > 0, k > 0 else { return }
        let stride = c.columnCount
        // SAFETY: a block lies in its matrix (see its init), and the precondition puts the result into c, which is no part of a or b:
        // Swift's arrays are values.
        unsafe a.matrix.values.withUnsafeBufferPointer { left in
            unsafe b.matrix.values.withUnsafeBufferPointer { right in
                unsafe c.values.withUnsafeMutableBufferPointer { out in
                    let leftRows = unsafe pk_rows_f64(values: left.baseAddress.map { unsafe $0 + a.offset }, stride: a.matrix.columnCount)
                    let rightRows = unsafe pk_rows_f64(values: right.baseAddress.map { unsafe $0 + b.offset }, stride: b.matrix.columnCount)
                    unsafe algebra.product_f64?(
                        leftRows, rightRows, out.baseAddress.map { unsafe $0 + row * stride + column }, stride, m, n, k, sign)
                }
            }
        }
    }

    /// How many vectors `addMoment` takes at once: 7 * 2^28 fits Int32.
    package static let momentRows = 7

    /// triangle[i * (i + 1) / 2 + j] += sign * the sum over the rows of x[i] * x[j], for j <= i.
    /// - Parameters:
    ///   - rows: [R,D], R <= 7, each element within ±2^14.
    ///   - sign: 1 or -1
    package func addMoment(_ rows: [Int16], dimension: Int, sign: Int64, to triangle: inout [Int64]) {
        guard dimension > 0 else { return }
        let rowCount = rows.count / dimension
        precondition(rowCount <= Self.momentRows && rowCount * dimension == rows.count)
        precondition(triangle.count == dimension * (dimension + 1) / 2)
        // SAFETY: the preconditions cover every element that the kernel reads and writes.
        unsafe rows.withUnsafeBufferPointer { rows in
            unsafe triangle.withUnsafeMutableBufferPointer { triangle in
                unsafe algebra.moment_s16?(rows.baseAddress, rowCount, dimension, sign, triangle.baseAddress)
            }
        }
    }
}
