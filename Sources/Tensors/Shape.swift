/// The extents of a tensor, outermost first, for example `[N, H, W, C]`.
///
/// A shape is always sound: each extent is 1...2^24 (a model without an element in it is refused when it is loaded), the rank is
/// 0...6 (0 is a scalar) and the number of elements fits `Int32`.
package struct Shape: Sendable, Hashable, CustomStringConvertible {
    package static let maximumRank = 6
    package static let maximumExtent = 1 << 24
    package static let maximumElementCount = Int(Int32.max)

    package let rank: Int
    /// The product of the extents; 1 for a scalar.
    package let elementCount: Int
    /// The extents and zeros behind them: shapes are copied so often that an array's reference counts show in the time to load a model.
    private let lanes: SIMD8<Int32>

    /// Nil when an extent, the rank or the number of elements is out of range.
    package init?(_ extents: [Int]) {
        guard extents.count <= Self.maximumRank else { return nil }
        var count = 1
        var lanes = SIMD8<Int32>()
        for (axis, extent) in extents.enumerated() {
            guard extent >= 1, extent <= Self.maximumExtent else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: extent)
            guard !overflow, product <= Self.maximumElementCount else { return nil }
            count = product
            lanes[axis] = Int32(extent)
        }
        rank = extents.count
        elementCount = count
        self.lanes = lanes
    }

    /// The extents, outermost first.
    package var extents: [Int] { (0..<rank).map { Int(lanes[$0]) } }

    /// The extent of an axis, which must be in `0..<rank`.
    package subscript(axis: Int) -> Int {
        precondition(axis >= 0 && axis < rank)
        return Int(lanes[axis])
    }

    /// The number of elements between two neighbours on each axis of a dense row-major tensor.
    package var strides: [Int] {
        var strides = [Int](repeating: 1, count: rank)
        for axis in stride(from: rank - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * extents[axis + 1] }
        return strides
    }

    package var description: String { "[" + extents.map(String.init).joined(separator: ",") + "]" }
}
