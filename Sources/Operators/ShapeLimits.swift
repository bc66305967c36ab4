package import Frames
import Predictions
package import Settings

/// Limits on a region's extent, each measured on the part of the region that lies within the frame.
///
/// Compared in whole numbers without rounding: `area >= 0.5%` is exact.
package struct ShapeLimits: Sendable, Hashable {
    /// A width or a height, in per cent of the frame's or in pixels.
    package struct Length: Sendable, Hashable {
        package let comparison: Comparison
        package let isInPixels: Bool

        package init(comparison: Comparison, isInPixels: Bool) {
            self.comparison = comparison
            self.isInPixels = isInPixels
        }

        /// - Parameters:
        ///   - extent: in units of 1/65 536 of the frame.
        ///   - pixels: the frame's extent in pixels.
        func holds(_ extent: Int32, _ pixels: Int64) -> Bool {
            comparison.holds(Int64(extent) * (isInPixels ? pixels : 1_000_000), over: Int64(Box.unit))
        }
    }

    /// In millionths of the frame's area.
    package var area: Comparison?
    /// Width over height, both in pixels, in units of 1/10 000.
    package var aspect: Comparison?
    package var width: Length?
    package var height: Length?

    package init() {}

    /// Reads `area: ">= 0.5%"`, `aspect: "0.3..3"`, `width: ">= 32px"`, `height: "< 50%"`; nil when one of them is wrong.
    package init?(_ section: Section) {
        area = section.comparison("area", .percent)
        aspect = section.comparison("aspect", .ratio)
        width = Self.length("width", section)
        height = Self.length("height", section)
        let given = [section.has("area"), section.has("aspect"), section.has("width"), section.has("height")]
        guard given == [area != nil, aspect != nil, width != nil, height != nil] else { return nil }
    }

    private static func length(_ key: String, _ section: Section) -> Length? {
        guard let node = section.value(key), let text = section.string(of: node) else { return nil }
        let isInPixels = text.contains("px")
        guard text.contains("%") || isInPixels || !text.contains(where: \.isNumber) else {
            section.complain(
                key, "\(Excerpt.quoted(text)) has no unit", suggestion: "write % of the frame's \(key), or px, as in \">= 32px\"")
            return nil
        }
        return section.comparison(of: node, isInPixels ? .pixels : .percent).map { Length(comparison: $0, isInPixels: isInPixels) }
    }

    package var isEmpty: Bool { area == nil && aspect == nil && width == nil && height == nil }

    package func hold(_ box: Box, in frameSize: Size) -> Bool {
        let seen = box.clippedToFrame
        let frameWidth = Int64(min(max(frameSize.width, 1), 65_535))
        let frameHeight = Int64(min(max(frameSize.height, 1), 65_535))
        // Bound: a clipped box is at most 2^16 on each axis, so its area times 10^6 is below 2^52.
        if let area, !area.holds(seen.area * 1_000_000, over: Int64(Box.unit) * Int64(Box.unit)) { return false }
        if let width, !width.holds(seen.width, frameWidth) { return false }
        if let height, !height.holds(seen.height, frameHeight) { return false }
        if let aspect {
            // Bound: 2^16 units times 2^16 pixels times 10^4 is below 2^46.
            let tall = Int64(seen.height) * frameHeight
            guard tall > 0, aspect.holds(Int64(seen.width) * frameWidth * 10_000, over: tall) else { return false }
        }
        return true
    }

    /// `area >= 0.5%, width >= 32px`.
    package var text: String {
        let parts = [("area", area), ("aspect", aspect), ("width", width?.comparison), ("height", height?.comparison)]
        return parts.compactMap { name, comparison in comparison.map { "\(Condition(concept: name, comparison: $0))" } }
            .joined(separator: ", ")
    }
}
