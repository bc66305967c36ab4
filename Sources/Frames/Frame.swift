/// How the bytes of a frame encode its pixels.
package enum PixelFormat: String, Sendable, Hashable, CaseIterable {
    /// One JPEG image, of any length.
    case mjpeg = "MJPG"
    /// Packed 4:2:2, two pixels in four bytes Y0 U Y1 V.
    case yuyv = "YUYV"
    /// A luma plane, then one interleaved U V plane of half its width and height, both with the same stride.
    case nv12 = "NV12"
    /// Three bytes a pixel: red, green, blue.
    case rgb24 = "RGB3"
    /// One byte of luma a pixel.
    case grey = "GREY"
}

/// One picture as the source gave it, undecoded, with its place in time.
///
/// A value: whoever holds it may read it for as long as it likes. Sources recycle the storage of frames that nobody holds any more.
package struct Frame: Sendable {
    /// Counts the frames of a source from 0; a gap means frames that were lost or dropped.
    package var sequence: UInt64
    /// When the sensor gave the frame; for files, the time that the frame stands for.
    package var timestamp: Timestamp
    /// Wall time at `timestamp`, nanoseconds since 1970.
    package var wallNanoseconds: Int64
    package var format: PixelFormat
    package var size: Size
    /// Bytes from one row to the next (of the luma plane, for planar formats); 0 for `mjpeg`.
    package var bytesPerRow: Int
    package var bytes: [UInt8]

    package init(
        sequence: UInt64, timestamp: Timestamp, wallNanoseconds: Int64, format: PixelFormat, size: Size, bytesPerRow: Int, bytes: [UInt8]
    ) {
        self.sequence = sequence
        self.timestamp = timestamp
        self.wallNanoseconds = wallNanoseconds
        self.format = format
        self.size = size
        self.bytesPerRow = bytesPerRow
        self.bytes = bytes
    }
}
