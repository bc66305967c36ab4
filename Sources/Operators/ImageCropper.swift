package import Frames
package import Predictions
package import Settings

/// `image-cropper`: one image for each region, the best ones first.
///
/// `margin` grows (or shrinks) the region about its centre; the result is widened to whole units and clipped to the frame. A crop of a crop
/// is still a region of the frame, since boxes always are in frame coordinates. Images carry no concepts.
package struct ImageCropper: Operator {
    package static let typeName = "image-cropper"
    package static let accepts: [PortKind] = [.regions, .concepts]

    /// The factor in units of 1/10 000.
    package let margin: Int64
    /// The least width and height of a crop in pixels, after clipping.
    package let minimumPixels: Int64
    package let maximumCrops: Int

    /// - Parameters:
    ///   - margin: 1 000...100 000, that is 0.1...10.
    ///   - minimumPixels: 1...65 535.
    ///   - maximumCrops: 1...256.
    package init(margin: Int64, minimumPixels: Int64 = 1, maximumCrops: Int = 16) {
        self.margin = margin
        self.minimumPixels = minimumPixels
        self.maximumCrops = maximumCrops
    }

    /// Keys `margin` (1 unless given), `min_size: 32px` (1px), `max_crops` (16).
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let margin = Self.margin(in: section)
        let pixels = Self.minimumPixels(in: section)
        let crops = section.has("max_crops") ? section.integer("max_crops", in: 1...256) : 16
        guard let margin, let pixels, let crops else { return nil }
        self.init(margin: margin, minimumPixels: pixels, maximumCrops: crops)
    }

    private static func margin(in section: Section) -> Int64? {
        guard section.has("margin") else { return 10_000 }
        guard let text = section.string("margin") else { return nil }
        guard let margin = ExactDecimal(text)?.exactlyScaled(by: 10_000), (1_000...100_000).contains(margin) else {
            section.complain(
                "margin", "\(Excerpt.quoted(text)) is not valid here",
                suggestion: "write a factor in 0.1...10 with at most four decimals; 1.10 adds a tenth")
            return nil
        }
        return margin
    }

    private static func minimumPixels(in section: Section) -> Int64? {
        guard section.has("min_size") else { return 1 }
        guard let text = section.string("min_size") else { return nil }
        let number = text.hasSuffix("px") ? String(text.dropLast(2)) : ""
        guard let pixels = ExactDecimal(number)?.exactlyScaled(by: 1), (1...65_535).contains(pixels) else {
            section.complain(
                "min_size", "\(Excerpt.quoted(text)) is not valid here",
                suggestion: "write the least width and height in pixels, as in 32px")
            return nil
        }
        return pixels
    }

    package var rule: String {
        var margin = "\(self.margin % 10_000 + 10_000)".dropFirst()
        while margin.last == "0" { margin.removeLast() }
        let factor = "\(self.margin / 10_000)" + (margin.isEmpty ? "" : ".\(margin)")
        let size = minimumPixels > 1 ? ", at least \(minimumPixels)px" : ""
        return "one crop per region, margin \(factor)\(size), at most \(maximumCrops)"
    }

    package func outputKind(from input: PortKind) -> PortKind { .image }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary { .none }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        guard !input.isEmpty else { return }
        let ranked = input.indices.sorted { a, b in
            (input[b].bestScore, a) < (input[a].bestScore, b)
        }
        for index in ranked where output.count < maximumCrops {
            if let crop = crop(input[index].box, moment.frameSize) { output.append(Prediction(box: crop), from: index) }
        }
    }

    /// The box to cut; nil when nothing of it lies in the frame or too little is left.
    package func crop(_ box: Box, _ frameSize: Size) -> Box? {
        let (left, right) = scaled(box.left, box.right)
        let (top, bottom) = scaled(box.top, box.bottom)
        let clipped = Box(left: left, top: top, right: right, bottom: bottom).clippedToFrame
        guard !clipped.isEmpty else { return nil }
        // Bound: 2^16 units times fewer than 2^31 pixels.
        let width = Int64(clipped.width) * Int64(Int32(clamping: frameSize.width))
        let height = Int64(clipped.height) * Int64(Int32(clamping: frameSize.height))
        let least = minimumPixels * Int64(Box.unit)
        return width >= least && height >= least ? clipped : nil
    }

    /// The interval scaled about its centre, its ends moved outwards to whole units.
    private func scaled(_ low: Int32, _ high: Int32) -> (Int32, Int32) {
        // Bound: the ends are below 2^21, their sum below 2^22, the extent times the margin below 2^39.
        let centre = (Int64(low) + Int64(high)) * 10_000
        let reach = (Int64(high) - Int64(low)) * margin
        return (Int32(clamping: floorDivided(centre - reach)), Int32(clamping: -floorDivided(-(centre + reach))))
    }

    /// Divided by 20 000, towards minus infinity.
    private func floorDivided(_ value: Int64) -> Int64 {
        let (quotient, remainder) = value.quotientAndRemainder(dividingBy: 20_000)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
