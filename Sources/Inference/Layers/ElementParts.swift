import Tensors

/// Elements, or whatever else follows each other, cut into parts of one size but for the last.
struct ElementParts: Sendable {
    let count: Int
    private let partSize: Int

    /// - Parameter partSize: 1 or more.
    init(count: Int, partSize: Int) {
        self.count = count
        self.partSize = max(partSize, 1)
    }

    /// 1 or more.
    var partCount: Int { max(1, (count + partSize - 1) / partSize) }

    func elements(of parts: Range<Int>) -> Range<Int> {
        parts.lowerBound * partSize..<min(parts.upperBound * partSize, count)
    }

    /// Elements of a part where a scalar loop takes about a nanosecond for each.
    static let scalarPartSize = 4096
    /// The same where kernels do it.
    static let kernelPartSize = 16_384
}

extension Region {
    /// Some of its elements, of so many bytes each.
    func elements(_ range: Range<Int>, byteCount: Int) -> Region {
        Region(byteOffset: byteOffset + range.lowerBound * byteCount, byteCount: range.count * byteCount)
    }
}
