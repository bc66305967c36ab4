/// A dense matrix of doubles by rows: [rowCount, columnCount].
package struct Matrix: Sendable, Hashable {
    package let rowCount: Int
    package let columnCount: Int
    package var values: [Double]

    /// All zero.
    package init(rowCount: Int, columnCount: Int) {
        self.rowCount = rowCount
        self.columnCount = columnCount
        values = [Double](repeating: 0, count: rowCount * columnCount)
    }

    package init(rowCount: Int, columnCount: Int, values: [Double]) {
        precondition(values.count == rowCount * columnCount)
        self.rowCount = rowCount
        self.columnCount = columnCount
        self.values = values
    }

    /// The vectors as rows.
    package init(_ vectors: some Collection<UnitEmbedding>, dimension: Int) {
        self.init(rowCount: vectors.count, columnCount: dimension, values: vectors.flatMap { $0.elements.map(Double.init) })
    }

    package subscript(row: Int, column: Int) -> Double {
        get { values[row * columnCount + column] }
        set { values[row * columnCount + column] = newValue }
    }

    package var all: MatrixBlock { block(0..<rowCount, 0..<columnCount) }

    package func block(_ rows: Range<Int>, _ columns: Range<Int>) -> MatrixBlock { MatrixBlock(self, rows, columns) }

    package func row(_ index: Int) -> ArraySlice<Double> { values[index * columnCount..<(index + 1) * columnCount] }

    package var transposed: Matrix { all.transposed }

    /// Copies the lower triangle to the upper one.
    package mutating func mirrorLower() {
        for row in 0..<rowCount {
            for column in 0..<row { values[column * columnCount + row] = values[row * columnCount + column] }
        }
    }
}

/// A rectangle of a matrix.
package struct MatrixBlock {
    package let matrix: Matrix
    package let rows: Range<Int>
    package let columns: Range<Int>

    package init(_ matrix: Matrix, _ rows: Range<Int>, _ columns: Range<Int>) {
        precondition(rows.lowerBound >= 0 && rows.upperBound <= matrix.rowCount)
        precondition(columns.lowerBound >= 0 && columns.upperBound <= matrix.columnCount)
        self.matrix = matrix
        self.rows = rows
        self.columns = columns
    }

    /// Of the first element among the matrix's.
    package var offset: Int { rows.lowerBound * matrix.columnCount + columns.lowerBound }

    package var transposed: Matrix {
        var result = Matrix(rowCount: columns.count, columnCount: rows.count)
        for (column, from) in rows.enumerated() {
            for (row, index) in columns.enumerated() {
                result.values[row * rows.count + column] = matrix.values[from * matrix.columnCount + index]
            }
        }
        return result
    }

    package var copy: Matrix {
        var result = Matrix(rowCount: rows.count, columnCount: columns.count)
        for (row, from) in rows.enumerated() {
            for (column, index) in columns.enumerated() {
                result.values[row * columns.count + column] = matrix.values[from * matrix.columnCount + index]
            }
        }
        return result
    }
}
