import Frames

/// Reads uncompressed 24-bit BMP files, bottom-up or top-down, whatever the length of their header.
package enum BMP {
    private static let magic: (UInt8, UInt8) = (0x42, 0x4D)  // "BM"

    package static func isBMP(_ bytes: Span<UInt8>) -> Bool { bytes.count >= 2 && bytes[0] == magic.0 && bytes[1] == magic.1 }

    /// - Parameter picture: Gets the result in the layout `rgb`; unchanged after an error.
    /// - Throws: `corrupt`, `unsupported` (another depth, a compression), `tooLarge`.
    package static func decode(
        _ bytes: Span<UInt8>, into picture: inout Picture, maximumPixelCount: Int = JPEGLimits.files.maximumPixelCount
    ) throws(ImagingError) {
        guard isBMP(bytes) else { throw .corrupt(.bmp, reason: "it does not start with BM") }
        guard bytes.count >= 54 else { throw .corrupt(.bmp, reason: "it ends within its header") }
        let start = Int(word(bytes, at: 10))
        let headerSize = word(bytes, at: 14)
        guard headerSize >= 40 else { throw .unsupported(.bmp, .other("a header of \(headerSize) bytes")) }
        let width = Int(Int32(bitPattern: word(bytes, at: 18)))
        let codedHeight = Int(Int32(bitPattern: word(bytes, at: 22)))
        let bitsPerPixel = Int(bytes[28]) | Int(bytes[29]) << 8
        let compression = word(bytes, at: 30)
        guard bitsPerPixel == 24 else { throw .unsupported(.bmp, .bitsPerPixel(bitsPerPixel)) }
        guard compression == 0 else { throw .unsupported(.bmp, .compression(compression)) }

        // A positive height means that the first row of the file is the lowest one.
        let height = abs(codedHeight)
        let size = Size(width: width, height: height)
        guard width > 0, height > 0 else { throw .corrupt(.bmp, reason: "its header says \(size)") }
        guard width <= Picture.maximumExtent, height <= Picture.maximumExtent, size.pixelCount <= maximumPixelCount else {
            throw .tooLarge(size, maximumPixelCount: maximumPixelCount)
        }
        let bytesPerRow = (width * 3 + 3) / 4 * 4
        // The last row's padding may be missing.
        let needed = bytesPerRow * (height - 1) + width * 3
        guard start >= 54, headerSize <= start - 14, start <= bytes.count, needed <= bytes.count - start else {
            throw .corrupt(.bmp, reason: "it ends within its pixels")
        }

        picture.reshape(to: size, layout: .rgb)
        var pixels = picture.pixels.mutableSpan
        for row in 0..<height {
            let source = start + bytesPerRow * (codedHeight > 0 ? height - 1 - row : row)
            let target = row * width * 3
            for offset in Swift.stride(from: 0, to: width * 3, by: 3) {
                pixels[target + offset] = bytes[source + offset + 2]
                pixels[target + offset + 1] = bytes[source + offset + 1]
                pixels[target + offset + 2] = bytes[source + offset]
            }
        }
    }

    private static func word(_ bytes: Span<UInt8>, at position: Int) -> UInt32 {
        UInt32(bytes[position]) | UInt32(bytes[position + 1]) << 8 | UInt32(bytes[position + 2]) << 16
            | UInt32(bytes[position + 3]) << 24
    }
}
