package import Frames

/// Splits a stream of concatenated JPEG images, as it comes in, into images.
///
/// Memory is bounded by the largest image allowed and one chunk, provided that the caller asks `next` until it gives nil before it appends
/// more. Damage costs the image that it is in: the search for the next one goes on right behind. Whatever stands between images (padding,
/// headers of an HTTP stream) is skipped and counted. Total on any bytes, in a time proportional to their number.
package struct MJPEGSplitter: Sendable {
    package enum Piece: Sendable, Hashable {
        /// One whole image of this size; its bytes are in the storage.
        case frame(Size)
        /// One damaged image was skipped.
        case corrupt(reason: String)
    }

    package static let defaultMaximumFrameByteCount = 32 << 20

    private let maximumFrameByteCount: Int
    private var buffer: [UInt8] = []
    /// The first byte that is not used up: the image's first, or where the search goes on.
    private var start = 0
    private var scanner: JPEGScanner?
    private var isFinished = false
    /// Bytes that stood between images.
    package private(set) var skippedByteCount: UInt64 = 0

    package init(maximumFrameByteCount: Int = defaultMaximumFrameByteCount) { self.maximumFrameByteCount = maximumFrameByteCount }

    /// Adds what came next in the stream.
    package mutating func append(_ bytes: [UInt8]) {
        if start > 0, start >= buffer.count / 2 {
            buffer.removeFirst(start)
            start = 0
        }
        buffer.append(contentsOf: bytes)
    }

    /// Says that nothing more will come, so that an image without an end is damaged and not just late.
    package mutating func finish() { isFinished = true }

    /// Forgets everything but the count of skipped bytes, for another stream.
    package mutating func reset() {
        buffer.removeAll(keepingCapacity: true)
        start = 0
        scanner = nil
        isFinished = false
    }

    /// The next image.
    /// - Parameter storage: replaced by the image's bytes when there is one.
    /// - Returns: nil when more bytes are needed, or after `finish` when nothing is left.
    package mutating func next(into storage: inout [UInt8]) -> Piece? {
        guard var scanner = scanner ?? findStart() else { return nil }
        defer {
            if self.scanner != nil { self.scanner = scanner }
        }
        self.scanner = scanner
        switch scanner.scan(buffer.span, from: start) {
        case .complete(let byteCount):
            defer { moveOn(byteCount) }
            guard byteCount <= maximumFrameByteCount, let size = scanner.size else { return tooLarge }
            storage.removeAll(keepingCapacity: true)
            storage.append(contentsOf: buffer[start..<start + byteCount])
            return .frame(size)
        case .broken(let reason, let resume):
            moveOn(resume)
            return .corrupt(reason: reason)
        case .incomplete:
            if isFinished {
                moveOn(scanner.resumeAfterEnd)
                return .corrupt(reason: "a JPEG cut short")
            }
            guard buffer.count - start > maximumFrameByteCount else { return nil }
            moveOn(scanner.resumeAfterEnd)
            return tooLarge
        }
    }

    private var tooLarge: Piece { .corrupt(reason: "a JPEG of more than \(maximumFrameByteCount) bytes") }

    private mutating func moveOn(_ byteCount: Int) {
        start = min(start + max(byteCount, 1), buffer.count)
        scanner = nil
    }

    /// Moves to the next start of an image, if there is one.
    private mutating func findStart() -> JPEGScanner? {
        let found = Self.firstStart(in: buffer.span, from: start)
        // The last two bytes may be the beginning of a start.
        let end = found ?? (isFinished ? buffer.count : max(start, buffer.count - 2))
        skippedByteCount += UInt64(end - start)
        start = end
        return found == nil ? nil : JPEGScanner()
    }

    /// Where FF D8 FF stands.
    private static func firstStart(in bytes: Span<UInt8>, from start: Int) -> Int? {
        var index = start
        while index < bytes.count - 2 {
            if bytes[index] == 0xFF, bytes[index + 1] == 0xD8, bytes[index + 2] == 0xFF { return index }
            index += 1
        }
        return nil
    }
}
