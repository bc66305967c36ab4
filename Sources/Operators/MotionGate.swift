import Frames
package import Predictions
package import Settings

/// The brightness of a frame at low resolution: the mean luma of each block, row by row.
package struct LumaGrid: Sendable, Hashable {
    package static let columns = 32
    package static let rows = 24

    /// `columns * rows` means, 0...255.
    package var means: [UInt8]

    package init(means: [UInt8]) { self.means = means }

    package init() { means = [UInt8](repeating: 0, count: Self.columns * Self.rows) }
}

/// `motion-gate`: passes an image only while something moves in it, which saves the work of the models behind it.
///
/// Each block's mean luma is compared with a background that follows it slowly (an eighth of the difference a frame). The median difference
/// over all blocks is taken off first, so that a change of brightness all over is no motion; when most blocks still differ (a light was
/// switched), the background starts again. An image passes when enough of the blocks in its box moved, for `hold` after that, and at least
/// once in every `refresh`. Frames that it stops count as not evaluated: nodes behind it are told nothing, rather than that nothing is there.
package struct MotionGate: Sendable {
    package static let typeName = "motion-gate"
    package static let accepts: [PortKind] = [.image]

    /// How many levels of 255 a block's mean must differ.
    package let threshold: Int
    /// The share of an image's blocks that must move, in millionths.
    package let area: Int64
    package let hold: Duration
    package let refresh: Duration

    /// In units of 1/256 level; empty before the first frame.
    private var background: [Int32] = []
    private var hasMoved: [Bool]
    private var differences: [Int32]
    private var lastMotion: Timestamp?
    private var lastPassed: Timestamp?

    /// More moving blocks than this many percent of the frame are a change of light.
    private static let lightingPercent = 70

    package init(threshold: Int = 12, area: Int64 = 10_000, hold: Duration = .seconds(2), refresh: Duration = .seconds(10)) {
        self.threshold = threshold
        self.area = area
        self.hold = hold
        self.refresh = refresh
        let count = LumaGrid.columns * LumaGrid.rows
        hasMoved = [Bool](repeating: false, count: count)
        differences = [Int32](repeating: 0, count: count)
    }

    /// Keys `threshold: 12` (levels of 255), `area: 1%`, `hold: 2s`, `refresh: 10s`; all may be left out.
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let threshold = section.has("threshold") ? section.integer("threshold", in: 1...255) : 12
        let hold = section.has("hold") ? section.duration("hold") : .seconds(2)
        let refresh = section.has("refresh") ? section.duration("refresh") : .seconds(10)
        var area: Int64? = 10_000
        if let text = section.string("area") {
            area = text.hasSuffix("%") ? ExactDecimal(text.dropLast())?.exactlyScaled(by: 10_000) : nil
            if area == nil || area == 0 || (area ?? 0) > 1_000_000 {
                section.complain(
                    "area", "\(Excerpt.quoted(text)) is not valid here", suggestion: "write the share of the image that must move, as in 1%"
                )
                area = nil
            }
        }
        guard let threshold, let hold, let refresh, let area, !section.has("area") || section.string("area") != nil else { return nil }
        self.init(threshold: threshold, area: area, hold: hold, refresh: refresh)
    }

    package var rule: String {
        "motion of \(threshold) levels in \(ExactPercent.text(area)) of the image, held \(Quantity.text(of: hold)), "
            + "refreshed every \(Quantity.text(of: refresh))"
    }

    /// - Parameters:
    ///   - luma: of the whole frame; a grid of another size counts as no change.
    ///   - output: empty; takes the images that pass.
    /// - Returns: false when all images were held back, so that the nodes behind are not evaluated.
    package mutating func process(_ input: [Prediction], _ luma: LumaGrid, _ moment: Moment, into output: inout Lane) -> Bool {
        findMotion(luma)
        if let last = lastMotion, moment.timestamp < last { lastMotion = nil }
        if let last = lastPassed, moment.timestamp < last { lastPassed = nil }
        if input.contains(where: { isMoving(in: $0.box) }) { lastMotion = moment.timestamp }
        let isHeld = lastMotion.map { moment.timestamp.since($0) <= hold } ?? false
        let isDue = lastPassed.map { moment.timestamp.since($0) >= refresh } ?? true
        guard isHeld || isDue else { return false }
        lastPassed = moment.timestamp
        for (index, image) in input.enumerated() { output.append(image, from: index) }
        return true
    }

    private mutating func findMotion(_ luma: LumaGrid) {
        for index in hasMoved.indices { hasMoved[index] = false }
        guard luma.means.count == hasMoved.count else { return }
        guard !background.isEmpty else {
            background = luma.means.map { Int32($0) << 8 }
            return
        }
        for index in differences.indices { differences[index] = (Int32(luma.means[index]) << 8) - background[index] }
        let shift = median(of: differences)
        var movedCount = 0
        for index in differences.indices where abs(differences[index] - shift) >= Int32(threshold) << 8 {
            hasMoved[index] = true
            movedCount += 1
        }
        if movedCount * 100 > hasMoved.count * Self.lightingPercent {
            for index in hasMoved.indices {
                hasMoved[index] = false
                background[index] = Int32(luma.means[index]) << 8
            }
        } else {
            // The shift of the light is taken over at once, so that it is not seen as motion of the blocks that did not share it.
            for index in background.indices { background[index] += shift + (differences[index] - shift) / 8 }
        }
    }

    /// By counting in steps of one level: differences are within -255...255 levels.
    private func median(of values: [Int32]) -> Int32 {
        var counts = [Int32](repeating: 0, count: 513)
        for value in values { counts[Int(min(max((value + 128) >> 8, -256), 256)) + 256] += 1 }
        var seen: Int32 = 0
        for (bin, count) in counts.enumerated() {
            seen += count
            if seen * 2 >= Int32(values.count) { return Int32(bin - 256) << 8 }
        }
        return 0
    }

    /// Whether enough of the blocks that touch the box moved.
    private func isMoving(in box: Box) -> Bool {
        let seen = box.clippedToFrame
        guard !seen.isEmpty else { return false }
        let columns = blocks(seen.left, seen.right, LumaGrid.columns)
        let rows = blocks(seen.top, seen.bottom, LumaGrid.rows)
        var moved = 0
        for row in rows {
            for column in columns where hasMoved[row * LumaGrid.columns + column] { moved += 1 }
        }
        return moved > 0 && Int64(moved) * 1_000_000 >= area * Int64(rows.count * columns.count)
    }

    private func blocks(_ low: Int32, _ high: Int32, _ count: Int) -> Range<Int> {
        let first = Int(low) * count / Int(Box.unit)
        let end = (Int(high) * count + Int(Box.unit) - 1) / Int(Box.unit)
        return first..<max(first + 1, min(end, count))
    }
}
