package import Frames

/// The format that a camera streams in: what the driver granted, checked.
package struct StreamFormat: Sendable, Hashable {
    package static let maximumFrameByteCount = 128 << 20

    package let pixels: PixelFormat
    package let size: Size
    /// From one row to the next; 0 for `mjpeg`.
    package let bytesPerRow: Int
    /// Of a whole frame with the padding of its last row; 0 for `mjpeg`, whose frames have any length.
    package let frameByteCount: Int
    /// Without the padding of the last row: a frame of fewer bytes is incomplete.
    package let minimumByteCount: Int

    /// - Parameter granted: the driver's answer, of which nothing is believed.
    /// - Throws: `CaptureError.badAnswer`, or `noCommonFormat` when the driver chose a format that was not asked for.
    package init(_ granted: GrantedFormat, wanted: [PixelFormat], path: String) throws(CaptureError) {
        guard let pixels = granted.code.pixelFormat, wanted.contains(pixels) else {
            throw .noCommonFormat(path: path, wanted: wanted, offered: [granted.code.description])
        }
        let (width, height) = (granted.width, granted.height)
        guard (1...16_384).contains(width), (1...16_384).contains(height) else {
            throw .badAnswer(.setFormat, subject: path, detail: "a picture of \(width)x\(height)")
        }
        self.pixels = pixels
        size = Size(width: width, height: height)
        guard let rowByteCount = Self.rowByteCount(pixels, width: width) else {
            (bytesPerRow, frameByteCount, minimumByteCount) = (0, 0, 0)
            return
        }
        // Some drivers leave it 0, which means no padding.
        let stride = granted.bytesPerLine == 0 ? rowByteCount : granted.bytesPerLine
        let rows = pixels == .nv12 ? height + (height + 1) / 2 : height
        guard (rowByteCount...(1 << 20)).contains(stride), stride * rows <= Self.maximumFrameByteCount else {
            throw .badAnswer(.setFormat, subject: path, detail: "\(stride) bytes a row for \(size) \(pixels.rawValue)")
        }
        bytesPerRow = stride
        frameByteCount = stride * rows
        minimumByteCount = stride * (rows - 1) + rowByteCount
    }

    /// The bytes of one row's pixels; nil for `mjpeg`.
    private static func rowByteCount(_ pixels: PixelFormat, width: Int) -> Int? {
        switch pixels {
        case .mjpeg: nil
        case .yuyv: (width + 1) / 2 * 4
        case .nv12: (width + 1) / 2 * 2
        case .rgb24: width * 3
        case .grey: width
        }
    }

    /// Makes what was copied from a buffer a frame of this format: checks it, cuts what is too much, pads the last row.
    /// - Returns: the size of the picture, or what is wrong with it.
    package func complete(_ bytes: inout [UInt8]) -> Result<Size, Damage> {
        guard pixels != .mjpeg else {
            return JPEGHeader.trim(&bytes).map { .success($0) } ?? .failure(.cutShortJPEG)
        }
        guard bytes.count >= minimumByteCount else { return .failure(.short) }
        if bytes.count > frameByteCount { bytes.removeLast(bytes.count - frameByteCount) }
        if bytes.count < frameByteCount { bytes.append(contentsOf: repeatElement(0, count: frameByteCount - bytes.count)) }
        return .success(size)
    }

    /// Why a frame is unusable.
    package enum Damage: String, Error, Sendable {
        case flagged = "the driver flagged the frame as damaged"
        case empty = "an empty frame"
        case short = "a frame cut short"
        case cutShortJPEG = "a JPEG cut short or damaged"
    }
}
