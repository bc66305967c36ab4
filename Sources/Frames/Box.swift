/// A rectangle in the coordinates of the whole frame, in units of 1/65 536 of the frame's width and height.
///
/// Integers, so that every machine computes the same crop and the same overlap. `left <= right` and `top <= bottom` always hold; a
/// box may reach beyond the frame until it is clipped.
package struct Box: Sendable, Hashable {
    /// The extent of the whole frame on both axes.
    package static let unit: Int32 = 65_536
    package static let wholeFrame = Box(left: 0, top: 0, right: unit, bottom: unit)

    package let left: Int32
    package let top: Int32
    package let right: Int32
    package let bottom: Int32

    /// Orders the edges and clamps them to -16...17 frames, so that no later arithmetic overflows.
    package init(left: Int32, top: Int32, right: Int32, bottom: Int32) {
        func clamp(_ value: Int32) -> Int32 { min(max(value, -16 * Self.unit), 17 * Self.unit) }
        self.left = clamp(min(left, right))
        self.top = clamp(min(top, bottom))
        self.right = clamp(max(left, right))
        self.bottom = clamp(max(top, bottom))
    }

    package var width: Int32 { right - left }
    package var height: Int32 { bottom - top }
    /// In units of 1/2^32 of the frame's area.
    package var area: Int64 { Int64(width) * Int64(height) }
    package var isEmpty: Bool { width == 0 || height == 0 }

    /// The common part; empty (of zero extent at the nearest edge) when there is none.
    package func intersection(_ other: Box) -> Box {
        let left = max(self.left, other.left)
        let top = max(self.top, other.top)
        return Box(left: left, top: top, right: max(left, min(right, other.right)), bottom: max(top, min(bottom, other.bottom)))
    }

    package var clippedToFrame: Box { intersection(.wholeFrame) }

    /// Whether area(intersection) / area(union) exceeds `threshold` (in 1/65 536), compared exactly.
    package func overlaps(_ other: Box, moreThan threshold: Int32) -> Bool {
        let common = intersection(other).area
        let union = area + other.area - common
        // Bound: areas are below 2^43 (33 frames on each axis), times 2^16 is below 2^60.
        return union > 0 && common * Int64(Self.unit) > union * Int64(threshold)
    }
}
