import CJPEG
package import Frames

/// Decodes JPEG images into pictures by libjpeg-turbo, with the settings under which every build of it gives the same bytes (accurate
/// integer DCT, smooth upsampling), so results equal those of other programs with its defaults.
///
/// Keeps nothing between images, so a damaged image cannot influence the next one; the memory that is used again is the picture's.
/// Images without Huffman tables (usual for MJPEG of cameras) decode by the standard's tables. EXIF orientation is ignored.
package struct JPEGDecoder: Sendable {
    package var limits: JPEGLimits

    package init(limits: JPEGLimits = .files) { self.limits = limits }

    /// - Parameters:
    ///   - bytes: One image; anything after its end is ignored.
    ///   - picture: Gets the result; after an error its pixels are undefined.
    ///   - layout: `grey` gives the luma as coded and costs about half.
    ///   - minimum: Allows decoding at a smaller scale (1/8, 1/4 or 1/2 of both extents, rounded up): the smallest one at which the picture
    ///     is still at least that wide and high. Nil for full size.
    /// - Throws: `corrupt`, `unsupported`, `tooLarge`, `outOfMemory`.
    package func decode(
        _ bytes: Span<UInt8>, into picture: inout Picture, as layout: Picture.Layout = .rgb, atLeast minimum: Size? = nil
    ) throws(ImagingError) {
        let header = try JPEGHeader(bytes)
        try header.check(limits)
        try decode(bytes, header: header, into: &picture, as: layout, atLeast: minimum)
    }

    /// The same for a header that was read and checked already.
    func decode(
        _ bytes: Span<UInt8>, header: JPEGHeader, into picture: inout Picture, as layout: Picture.Layout, atLeast minimum: Size?
    ) throws(ImagingError) {
        let eighths = DCTScale.eighths(of: header.size, atLeast: minimum)
        picture.reshape(to: DCTScale.scaled(header.size, eighths: eighths), layout: layout)
        var request = pk_jpeg_decode_request(
            width: UInt32(header.size.width), height: UInt32(header.size.height), eighths: UInt32(eighths),
            channels: UInt32(layout.channelCount), max_scans: UInt32(limits.maximumScanCount))
        let (status, message) = unsafe Self.withMessage { text in
            // SAFETY: both buffers outlive the call, which keeps no pointer, reads `count` bytes of the one and writes at most `capacity`
            // bytes of the other; libjpeg's jumps stay within the call.
            unsafe bytes.withUnsafeBufferPointer { source in
                unsafe picture.pixels.withUnsafeMutableBufferPointer { target in
                    unsafe pk_jpeg_decode(source.baseAddress, source.count, &request, target.baseAddress, target.count, text)
                }
            }
        }
        switch status {
        case PK_JPEG_OK: return
        case PK_JPEG_UNSUPPORTED: throw .unsupported(.jpeg, .other(message))
        case PK_JPEG_NO_MEMORY: throw .outOfMemory
        case PK_JPEG_MISMATCH: throw .corrupt(.jpeg, reason: "its headers contradict each other")
        default: throw .corrupt(.jpeg, reason: message)
        }
    }

    /// Lends room for libjpeg's message to `body` and returns its status with the message, which is empty when all is well.
    fileprivate static func withMessage(_ body: (UnsafeMutablePointer<CChar>?) -> Int32) -> (status: pk_jpeg_status, message: String) {
        // SAFETY: the shim writes a terminated text of at most that many bytes, before anything can fail.
        unsafe withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(PK_JPEG_MESSAGE_SIZE)) { text in
            unsafe text.initialize(repeating: 0)
            let status = unsafe pk_jpeg_status(rawValue: UInt32(bitPattern: body(text.baseAddress)))
            let message = unsafe status == PK_JPEG_OK ? "" : text.baseAddress.map { unsafe String(cString: $0) } ?? ""
            return (status, message)
        }
    }
}

/// Encodes pictures as baseline JPEG (4:2:0), deterministically.
package struct JPEGEncoder: Sendable {
    /// 1...100; 90 is hard to tell from the original, 75 is usual for snapshots.
    package var quality: Int

    package init(quality: Int = 85) { self.quality = min(max(quality, 1), 100) }

    /// - Parameter bytes: Gets the file; its memory is used again.
    /// - Throws: `notEncodable` for a picture without pixels or with more than 65 500 on an axis, `outOfMemory`.
    package func encode(_ picture: Picture, into bytes: inout [UInt8]) throws(ImagingError) {
        let size = picture.size
        guard size.width > 0, size.height > 0, max(size.width, size.height) <= 65_500 else { throw .notEncodable(size) }
        var written = 0
        // Noise at quality 100 needs less than three bytes for a byte; the first guess holds for real pictures.
        let largest = picture.pixels.count * 4 + 65_536
        var capacity = max(bytes.capacity, picture.pixels.count / 4 + 4_096)
        while true {
            bytes.resize(to: capacity)
            let (status, message) = unsafe JPEGDecoder.withMessage { text in
                // SAFETY: both buffers outlive the call, which keeps no pointer, reads exactly the picture's pixels (their number is the
                // picture's invariant) and writes at most `count` bytes.
                unsafe picture.pixels.withUnsafeBufferPointer { source in
                    unsafe bytes.withUnsafeMutableBufferPointer { target in
                        unsafe pk_jpeg_encode(
                            source.baseAddress, UInt32(size.width), UInt32(size.height), UInt32(picture.layout.channelCount),
                            Int32(min(max(quality, 1), 100)), target.baseAddress, target.count, &written, text)
                    }
                }
            }
            switch status {
            case PK_JPEG_OK:
                bytes.resize(to: written)
                return
            case PK_JPEG_FULL where capacity < largest: capacity = min(capacity * 2, largest)
            case PK_JPEG_NO_MEMORY: throw .outOfMemory
            default: throw .corrupt(.jpeg, reason: message)
            }
        }
    }
}

/// The scales at which a JPEG is decoded directly: every block of 8x8 coefficients gives MxM pixels.
///
/// 1, 2, 4 and 8 of the eight that libjpeg-turbo has: the others have no SIMD code there and are slower than full size (5/8 of a 480x270
/// frame: 0.61 ms, full size 0.43 ms).
enum DCTScale {
    private static let fast = [1, 2, 4, 8]

    /// The smallest M at which the picture is at least as large as `minimum`; 8 when none is.
    static func eighths(of size: Size, atLeast minimum: Size?) -> Int {
        guard let minimum else { return 8 }
        return fast.first { eighths in
            let scaled = scaled(size, eighths: eighths)
            return scaled.width >= minimum.width && scaled.height >= minimum.height
        } ?? 8
    }

    static func scaled(_ size: Size, eighths: Int) -> Size {
        Size(width: (size.width * eighths + 7) / 8, height: (size.height * eighths + 7) / 8)
    }
}
