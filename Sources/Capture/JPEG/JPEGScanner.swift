package import Frames

/// Walks over one JPEG image as its bytes come in, marker by marker, and finds its end, its size and its damage.
///
/// Follows ITU-T T.81 annex B: segments are skipped by their lengths (so an embedded thumbnail is never taken for a frame), data of a scan is
/// searched for the next marker. Total on any bytes: every read is checked, and no byte is looked at more than a few times. It decodes
/// nothing.
struct JPEGScanner: Sendable {
    enum Outcome: Equatable {
        /// Not enough bytes yet.
        case incomplete
        /// The image has this many bytes, from its first.
        case complete(byteCount: Int)
        /// No usable image; the search for the next one goes on at `resume`, counted from the first byte, at least 1.
        case broken(reason: String, resume: Int)
    }

    /// Known once the frame header has been seen.
    private(set) var size: Size?
    private let stopsAtScan: Bool
    private var hasScan = false
    private var isInScan = false
    /// Where the next look goes, and where the last marker stood, both counted from the image's first byte.
    private var position = 0
    private var segment = 0

    /// - Parameter stopsAtScan: looks at the header only and is complete at its end.
    init(stopsAtScan: Bool = false) { self.stopsAtScan = stopsAtScan }

    /// Goes on where it stopped.
    /// - Parameters:
    ///   - bytes: what is known of the stream; all that was there at the last call must still be there.
    ///   - start: where the image's first byte is in `bytes`.
    mutating func scan(_ bytes: Span<UInt8>, from start: Int) -> Outcome {
        let count = bytes.count - start
        func byte(_ offset: Int) -> UInt8 { bytes[start + offset] }
        func word(_ offset: Int) -> Int { Int(byte(offset)) << 8 | Int(byte(offset + 1)) }
        if position == 0 {
            guard count >= 2 else { return .incomplete }
            guard byte(0) == 0xFF, byte(1) == 0xD8 else { return .broken(reason: "not a JPEG image", resume: 1) }
            position = 2
        }
        while true {
            if isInScan {
                while position < count, byte(position) != 0xFF { position += 1 }
            }
            guard count - position >= 2 else { return .incomplete }
            guard byte(position) == 0xFF else { return .broken(reason: "a damaged JPEG header", resume: max(segment + 2, 2)) }
            let marker = byte(position + 1)
            switch marker {
            case 0xFF:
                // A fill byte before the marker.
                position += 1
                continue
            case 0x00, 0xD0...0xD7:
                guard isInScan else { return .broken(reason: "a damaged JPEG header", resume: position + 1) }
                position += 2
                continue
            case 0xD8:
                return .broken(reason: "a JPEG cut short", resume: position)
            case 0xD9:
                guard size != nil, hasScan else { return .broken(reason: "a JPEG without a picture", resume: position + 2) }
                return .complete(byteCount: position + 2)
            default:
                break
            }
            segment = position
            guard count - position >= 4 else { return .incomplete }
            let length = word(position + 2)
            guard isPlausible(marker, length) else { return .broken(reason: "a damaged JPEG header", resume: position + 2) }
            guard count - position >= 2 + length else { return .incomplete }
            if Self.isFrameHeader(marker) {
                // 5: length, precision; then height and width.
                let read = Size(width: word(position + 7), height: word(position + 5))
                guard size == nil, read.width > 0, read.height > 0 else {
                    return .broken(reason: "a damaged JPEG header", resume: position + 2)
                }
                size = read
            }
            position += 2 + length
            isInScan = marker == 0xDA
            if isInScan {
                hasScan = true
                if stopsAtScan { return .complete(byteCount: position) }
            }
        }
    }

    /// After the last byte: where to go on searching when the image never ended, from its first byte, at least 1.
    var resumeAfterEnd: Int { max(isInScan ? position : segment + 2, 2) }

    private static func isFrameHeader(_ marker: UInt8) -> Bool {
        (0xC0...0xCF).contains(marker) && marker != 0xC4 && marker != 0xC8 && marker != 0xCC
    }

    /// Whether a segment may have this length here. Tight limits keep a damaged length from swallowing the next image.
    private func isPlausible(_ marker: UInt8, _ length: Int) -> Bool {
        switch marker {
        case 0xC4: (2...2 + 8 * 273).contains(length)  // Huffman tables: up to 8 of 17 + 256 bytes
        case 0xDA: size != nil && [8, 10, 12, 14].contains(length)  // 6 + 2 for each of 1...4 components
        case 0xDB: (2...2 + 4 * 129).contains(length)  // up to 4 quantisation tables of 1 + 128 bytes
        case 0xDC, 0xDD: length == 4  // number of lines; restart interval
        case 0xE0...0xEF, 0xFE: length >= 2 && !hasScan  // application data and comments: before the picture only
        case 0xCC: (2...66).contains(length)  // arithmetic conditioning
        default: Self.isFrameHeader(marker) && !hasScan && [11, 14, 17, 20].contains(length)  // 8 + 3 for each component
        }
    }
}

/// Quick checks of one whole JPEG image in memory.
package enum JPEGHeader {
    /// How far behind its end an image's end marker may lie: cameras pad their buffers.
    static let maximumPadding = 4096

    /// The size in the frame header; nil when the header is damaged or has no end.
    package static func size(of bytes: [UInt8]) -> Size? {
        var header = JPEGScanner(stopsAtScan: true)
        guard case .complete = header.scan(bytes.span, from: 0) else { return nil }
        return header.size
    }

    /// Checks the header and the end of an image, without looking at the data between, and cuts off what follows the end.
    /// - Returns: the image's size; nil when it was cut short or is no JPEG.
    package static func trim(_ bytes: inout [UInt8]) -> Size? {
        guard let size = size(of: bytes) else { return nil }
        var end = bytes.count
        while end > 0, bytes[end - 1] == 0 { end -= 1 }
        let lowest = max(2, end - maximumPadding)
        while end >= lowest {
            if bytes[end - 1] == 0xD9, bytes[end - 2] == 0xFF {
                bytes.removeLast(bytes.count - end)
                return size
            }
            end -= 1
        }
        return nil
    }
}
