/// The weights by which the pixels along one axis of a source make the pixels of a target: a triangle that widens with the scale when
/// shrinking, so that every source pixel counts (antialiasing), and is plain linear interpolation when growing.
///
/// The definition is that of Pillow's `Image.resize(size, Image.BILINEAR, box)`, bit for bit: weights in double precision, each target
/// pixel's divided by their sum, then rounded to 1/2^22. (Read from Pillow's `Resample.c`.)
struct ResamplingTable {
    /// Everything that the weights depend on.
    struct Geometry: Equatable {
        /// Pixels of the whole source, 1...65 535.
        let sourceExtent: Int
        /// Pixels of the target, at least 1.
        let targetExtent: Int
        /// The part of the source that is shown, in its pixels: 0 <= start < end <= sourceExtent. Single precision as in Pillow.
        let start: Float
        let end: Float

        /// Whether the target is the source itself.
        var isIdentity: Bool { sourceExtent == targetExtent && start == 0 && end == Float(targetExtent) }
    }

    /// Fractional bits of the weights: 8 bits of a pixel and two of reserve make 32.
    static let fractionBits: Int32 = 22
    static let one: Int32 = 1 << fractionBits
    static let half: Int32 = 1 << (fractionBits - 1)

    private(set) var geometry = Geometry(sourceExtent: 0, targetExtent: 0, start: 0, end: 0)
    /// The first source pixel that counts, for each target pixel.
    private(set) var firsts: [Int32] = []
    /// How many source pixels count, for each target pixel: 1...maximumTaps.
    private(set) var counts: [Int32] = []
    /// Distance between the weights of one target pixel and those of the next.
    private(set) var maximumTaps = 0
    /// `maximumTaps` for each target pixel, of which `counts` are used.
    private(set) var weights: [Int32] = []
    private var exact: [Double] = []

    /// The source pixels that are used at all.
    var sourceRange: Range<Int> {
        guard let first = firsts.first, let last = firsts.last, let count = counts.last else { return 0..<0 }
        return Int(first)..<Int(last) + Int(count)
    }

    /// Computes the weights for another geometry, in the same memory when it suffices.
    mutating func prepare(_ geometry: Geometry) {
        guard geometry != self.geometry else { return }
        self.geometry = geometry
        let scale = Double(geometry.end - geometry.start) / Double(geometry.targetExtent)
        let support = max(scale, 1)
        let inverse = 1 / support
        maximumTaps = Int(support.rounded(.up)) * 2 + 1
        firsts.removeAll(keepingCapacity: true)
        counts.removeAll(keepingCapacity: true)
        weights.removeAll(keepingCapacity: true)
        weights.reserveCapacity(geometry.targetExtent * maximumTaps)
        for target in 0..<geometry.targetExtent {
            let center = Double(geometry.start) + (Double(target) + 0.5) * scale
            let first = max(Int(center - support + 0.5), 0)
            let end = min(Int(center + support + 0.5), geometry.sourceExtent)
            exact.removeAll(keepingCapacity: true)
            var sum = 0.0
            for tap in 0..<max(end - first, 0) {
                let weight = max(1 - abs((Double(tap + first) - center + 0.5) * inverse), 0)
                exact.append(weight)
                sum += weight
            }
            for weight in exact { weights.append(Int32((sum == 0 ? weight : weight / sum) * Double(Self.one) + 0.5)) }
            for _ in exact.count..<max(maximumTaps, exact.count) { weights.append(0) }
            firsts.append(Int32(first))
            counts.append(Int32(exact.count))
        }
    }
}

/// The last few tables of one axis, so that switching between a handful of regions (tiles, zones) does not compute them anew.
struct ResamplingTableCache {
    private var tables: [ResamplingTable] = []
    private var oldest = 0
    private static let capacity = 8

    /// The place of the table for a geometry, computed now when it is not among the last ones.
    mutating func index(of geometry: ResamplingTable.Geometry) -> Int {
        if let index = tables.firstIndex(where: { $0.geometry == geometry }) { return index }
        if tables.count < Self.capacity {
            tables.append(ResamplingTable())
            tables[tables.count - 1].prepare(geometry)
            return tables.count - 1
        }
        let index = oldest
        oldest = (oldest + 1) % Self.capacity
        tables[index].prepare(geometry)
        return index
    }

    subscript(index: Int) -> ResamplingTable { tables[index] }
}
