import FixedPoint
import Learning
import Testing

@Suite struct AlgebraTests {
    private func random(_ rows: Int, _ columns: Int, seed: UInt64) -> Matrix {
        var generator = SeededGenerator(seed: seed)
        let values = (0..<rows * columns).map { _ in Double(Int64(generator.below(2_000_001)) - 1_000_000) / 1_000_003 }
        return Matrix(rowCount: rows, columnCount: columns, values: values)
    }

    private func product(_ a: Matrix, _ b: Matrix) -> Matrix {
        var result = Matrix(rowCount: a.rowCount, columnCount: b.columnCount)
        VectorKernels.best.addProduct(a.all, b.all, to: &result)
        return result
    }

    /// Symmetric, positive definite.
    private func definite(_ n: Int, seed: UInt64) -> Matrix {
        let a = random(n, n + 3, seed: seed)
        return product(a, a.transposed)
    }

    private func largestDifference(_ a: Matrix, _ b: Matrix) -> Double { zip(a.values, b.values).reduce(0) { max($0, abs($1.0 - $1.1)) } }

    @Test(arguments: flagSets) func productsHaveTheSameBitsOnEveryTier(flags: UInt32) {
        let kernels = VectorKernels(flags: flags)
        let sizes = [1, 2, 3, 4, 5, 7, 8, 9, 16, 17, 31, 33, 65]
        for m in sizes {
            for n in sizes {
                for k in [1, 2, 63, 64, 65, 130] {
                    let (a, b) = (random(m + 1, k + 2, seed: UInt64(m)), random(k, n + 3, seed: UInt64(n)))
                    let start = random(m + 2, n + 1, seed: 7)
                    var expected = start
                    for i in 0..<m {
                        for j in 0..<n { for l in 0..<k { expected[i + 1, j + 1] -= a[i + 1, l + 2] * b[l, j + 2] } }
                    }
                    var actual = start
                    kernels.addProduct(
                        a.block(1..<m + 1, 2..<k + 2), b.block(0..<k, 2..<n + 2), sign: -1, to: &actual, row: 1, column: 1)
                    #expect(actual == expected, "\(m) x \(n) x \(k)")
                }
            }
        }
    }

    @Test(arguments: [1, 2, 3, 63, 64, 65, 127, 128, 200]) func theFactorTimesItsTransposeIsTheMatrix(n: Int) throws {
        let a = definite(n, seed: UInt64(n))
        var factor = a
        try Cholesky.factor(&factor, .best)
        #expect(largestDifference(product(factor, factor.transposed), a) < 1e-11)
        let inverse = Cholesky.inverse(ofLower: factor, .best)
        var identity = product(inverse, factor)
        for index in 0..<n { identity[index, index] -= 1 }
        #expect(identity.values.allSatisfy { abs($0) < 1e-8 })
        for row in 0..<n { for column in row + 1..<max(n, row + 1) { #expect(factor[row, column] == 0 && inverse[row, column] == 0) } }
    }

    @Test(arguments: flagSets) func factorsHaveTheSameBitsOnEveryTier(flags: UInt32) throws {
        var (a, b) = (definite(150, seed: 3), definite(150, seed: 3))
        try Cholesky.factor(&a, .baseline)
        try Cholesky.factor(&b, VectorKernels(flags: flags))
        #expect(a == b)
        #expect(Cholesky.inverse(ofLower: a, .baseline) == Cholesky.inverse(ofLower: b, VectorKernels(flags: flags)))
    }

    @Test func aMatrixThatIsNotDefiniteIsRefused() {
        for values in [[1.0, 0, 2, 1], [0, 0, 0, 0], [1, 0, 1, 1], [Double.nan, 0, 0, 1], [-1, 0, 0, 1]] {
            var a = Matrix(rowCount: 2, columnCount: 2, values: values)
            #expect(throws: LearningError.singularCovariance) { try Cholesky.factor(&a, .best) }
        }
    }

    @Test(arguments: [1, 2, 3, 5, 20, 101]) func eigenvectorsSpanTheMatrix(n: Int) throws {
        let a = definite(n, seed: UInt64(n + 50))
        let (values, vectors) = try SymmetricEigen.decompose(a)
        #expect(values == values.sorted(by: >))
        var scaled = vectors
        for row in 0..<n { for column in 0..<n { scaled[row, column] *= values[row] } }
        #expect(largestDifference(product(vectors.transposed, scaled), a) < 1e-10)
        var identity = product(vectors, vectors.transposed)
        for index in 0..<n { identity[index, index] -= 1 }
        #expect(identity.values.allSatisfy { abs($0) < 1e-12 })
    }

    @Test func eigenvaluesOfSpecialMatricesAreFound() throws {
        #expect(try SymmetricEigen.decompose(Matrix(rowCount: 3, columnCount: 3)).values == [0, 0, 0])
        let diagonal = Matrix(rowCount: 3, columnCount: 3, values: [1, 0, 0, 0, 3, 0, 0, 0, 2])
        #expect(try SymmetricEigen.decompose(diagonal).values == [3, 2, 1])
        let ones = Matrix(rowCount: 4, columnCount: 4, values: [Double](repeating: 1, count: 16))
        let values = try SymmetricEigen.decompose(ones).values
        #expect(abs(values[0] - 4) < 1e-12 && values.dropFirst().allSatisfy { abs($0) < 1e-12 })
    }

    @Test func exponentialsAndLogarithmsAreInverse() {
        for x in [-600.0, -20, -1, -0.5, 0, 1e-9, 0.3, 1, 2.5, 50, 600] {
            #expect(abs(Transcendental.logarithm(Transcendental.exponential(x)) - x) < 1e-12)
        }
        #expect(abs(Transcendental.exponential(1) - 2.718281828459045) < 1e-15)
        #expect(abs(Transcendental.logarithm(10) - 2.302585092994046) < 1e-15)
        #expect(Transcendental.logarithm(0) == -.infinity)
        #expect(Transcendental.softmax([3, 3]) == [0.5, 0.5])
    }
}
