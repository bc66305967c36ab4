package import Frames

/// Turns frames of any format into pictures, with the masked parts blanked before anybody sees them.
///
/// Owned by one thread. It keeps the masks' pixels for the last size; the picture's memory belongs to the caller and is used again.
package struct FrameDecoder: Sendable {
    /// The largest stride that is believed, far above any camera's.
    private static let maximumBytesPerRow = 1 << 24
    /// How much a JPEG's size may differ from the announced one on an axis: encoders round up to whole blocks of 16 pixels.
    private static let sizeTolerance = 15

    package let limits: JPEGLimits
    private let jpeg: JPEGDecoder
    private var masks: Masks

    package init(limits: JPEGLimits = .camera, masks: Masks = .none) {
        self.limits = limits
        jpeg = JPEGDecoder(limits: limits)
        self.masks = masks
    }

    /// Decodes a frame.
    /// - Parameters:
    ///   - picture: Gets the result; after an error its pixels are undefined.
    ///   - layout: `grey` gives luma (as coded for JPEG, stretched to 0...255 for YUV) and is cheaper.
    ///   - minimum: Lets a JPEG be decoded at the smallest scale at which it is still that large; other formats come at full size.
    /// - Throws: `corrupt`, `unsupported`, `tooLarge`, `sizeMismatch`, `invalidGeometry`, `shortBuffer`, `outOfMemory`. All tell of this
    ///   frame only: the next one may be good.
    package mutating func decode(
        _ frame: Frame, into picture: inout Picture, as layout: Picture.Layout = .rgb, atLeast minimum: Size? = nil
    ) throws(ImagingError) {
        if frame.format == .mjpeg {
            try decodeJPEG(frame, into: &picture, as: layout, atLeast: minimum)
        } else {
            let planes = try Planes(frame, maximumPixelCount: limits.maximumPixelCount)
            picture.reshape(to: frame.size, layout: layout)
            convert(frame, planes: planes, into: &picture)
        }
        masks.blank(&picture)
    }

    private func decodeJPEG(
        _ frame: Frame, into picture: inout Picture, as layout: Picture.Layout, atLeast minimum: Size?
    ) throws(ImagingError) {
        let bytes = frame.bytes.span
        let header = try JPEGHeader(bytes)
        try header.check(limits)
        // A source that knows no size announces none.
        if frame.size.width > 0, frame.size.height > 0,
            abs(header.size.width - frame.size.width) > Self.sizeTolerance
                || abs(header.size.height - frame.size.height) > Self.sizeTolerance
        {
            throw .sizeMismatch(announced: frame.size, found: header.size)
        }
        try jpeg.decode(bytes, header: header, into: &picture, as: layout, atLeast: minimum)
    }

    private func convert(_ frame: Frame, planes: Planes, into picture: inout Picture) {
        let size = frame.size
        let bytes = frame.bytes.span
        let layout = picture.layout
        let targetBytesPerRow = picture.bytesPerRow
        var target = picture.pixels.mutableSpan
        for row in 0..<size.height {
            let start = row * planes.bytesPerRow
            let line = bytes.extracting(start..<start + planes.rowLength)
            let place = row * targetBytesPerRow
            switch (frame.format, layout) {
            case (.yuyv, .rgb): ColourConversion.yuyv(line, width: size.width, into: &target, at: place)
            case (.yuyv, .grey): ColourConversion.limitedLuma(line, step: 2, width: size.width, into: &target, at: place)
            case (.nv12, .rgb):
                let chroma = planes.chromaStart + row / 2 * planes.bytesPerRow
                ColourConversion.nv12(
                    luma: line, chroma: bytes.extracting(chroma..<chroma + planes.chromaLength), width: size.width, into: &target, at: place
                )
            case (.nv12, .grey): ColourConversion.limitedLuma(line, step: 1, width: size.width, into: &target, at: place)
            case (.rgb24, .rgb), (.grey, .grey): Resampling.copy(line, into: &target, at: place)
            case (.rgb24, .grey): ColourConversion.luma(line, width: size.width, into: &target, at: place)
            case (.grey, .rgb): ColourConversion.grey(line, width: size.width, into: &target, at: place)
            case (.mjpeg, _): return
            }
        }
    }

    /// Where the rows of a raw frame lie, proven to lie within its bytes.
    private struct Planes {
        let bytesPerRow: Int
        /// Bytes of a row that hold pixels.
        let rowLength: Int
        /// For `nv12`: where the chroma plane starts, and how many bytes of its rows are used.
        let chromaStart: Int
        let chromaLength: Int

        init(_ frame: Frame, maximumPixelCount: Int) throws(ImagingError) {
            let (width, height) = (frame.size.width, frame.size.height)
            let extents = 1...Picture.maximumExtent
            guard extents.contains(width), extents.contains(height) else {
                throw .invalidGeometry(frame.format, frame.size, bytesPerRow: frame.bytesPerRow)
            }
            guard frame.size.pixelCount <= maximumPixelCount else { throw .tooLarge(frame.size, maximumPixelCount: maximumPixelCount) }
            let pairs = (width + 1) / 2
            rowLength =
                switch frame.format {
                case .yuyv: pairs * 4
                case .rgb24: width * 3
                case .nv12, .grey, .mjpeg: width
                }
            chromaLength = frame.format == .nv12 ? pairs * 2 : 0
            bytesPerRow = frame.bytesPerRow
            guard bytesPerRow >= max(rowLength, chromaLength), bytesPerRow <= FrameDecoder.maximumBytesPerRow else {
                throw .invalidGeometry(frame.format, frame.size, bytesPerRow: frame.bytesPerRow)
            }
            // Bound: 2^24 bytes a row times 2^17 rows is below 2^41. The padding of the very last row may be missing.
            chromaStart = bytesPerRow * height
            let needed =
                frame.format == .nv12
                ? chromaStart + bytesPerRow * ((height + 1) / 2 - 1) + chromaLength
                : bytesPerRow * (height - 1) + rowLength
            guard frame.bytes.count >= needed else { throw .shortBuffer(frame.format, needed: needed, found: frame.bytes.count) }
        }
    }
}
