package import Frames

/// What a JPEG says about itself before its first scan, read without a decoder and without allocating anything.
package struct JPEGHeader: Sendable, Hashable {
    package let size: Size
    /// 1 is grey; 3 is YCbCr or RGB; 4 is CMYK.
    package let componentCount: Int
    package let bitsPerSample: Int
    package let coding: Coding

    /// How the coefficients are coded, by the number of the start-of-frame marker.
    package enum Coding: Sendable, Hashable {
        case sequential, progressive, lossless, hierarchical, arithmetic
    }

    /// Stray bytes before a marker that are skipped, as the decoder does for cameras that write them.
    private static let maximumStrayBytes = 16

    /// Reads up to the frame header. Every read is checked; the work is at most one step for each segment.
    /// - Throws: `corrupt` when the bytes are no JPEG, end before the frame header, or say that the picture has no pixels.
    package init(_ bytes: Span<UInt8>) throws(ImagingError) {
        guard bytes.count >= 2, bytes[0] == 0xFF, bytes[1] == 0xD8 else {
            throw .corrupt(.jpeg, reason: "it does not start with a SOI marker")
        }
        var position = 2
        while true {
            let marker = try Self.nextMarker(in: bytes, at: &position)
            switch marker {
            case 0xC0...0xC3, 0xC5...0xC7, 0xC9...0xCB, 0xCD...0xCF:
                self = try Self(marker: marker, in: bytes, at: position)
                return
            case 0xD9: throw .corrupt(.jpeg, reason: "it ends before its frame header")
            case 0xDA: throw .corrupt(.jpeg, reason: "a scan comes before the frame header")
            case 0xD8: throw .corrupt(.jpeg, reason: "a second SOI marker comes before the frame header")
            case 0x01, 0xD0...0xD7: break
            default:
                let length = try Self.wordLength(in: bytes, at: position)
                position += length
            }
        }
    }

    /// Whether the decoder takes it; progressive files only when `limits` allow them.
    package func check(_ limits: JPEGLimits) throws(ImagingError) {
        switch coding {
        case .sequential: break
        case .progressive: if !limits.allowsProgressive { throw .unsupported(.jpeg, .progressive) }
        case .lossless: throw .unsupported(.jpeg, .lossless)
        case .hierarchical: throw .unsupported(.jpeg, .hierarchical)
        case .arithmetic: throw .unsupported(.jpeg, .arithmeticCoding)
        }
        guard bitsPerSample == 8 else { throw .unsupported(.jpeg, .bitsPerSample(bitsPerSample)) }
        guard componentCount == 1 || componentCount == 3 else { throw .unsupported(.jpeg, .components(componentCount)) }
        guard size.pixelCount <= limits.maximumPixelCount else { throw .tooLarge(size, maximumPixelCount: limits.maximumPixelCount) }
    }

    private init(marker: UInt8, in bytes: Span<UInt8>, at position: Int) throws(ImagingError) {
        let length = try Self.wordLength(in: bytes, at: position)
        guard length >= 8 else { throw .corrupt(.jpeg, reason: "its frame header is too short") }
        bitsPerSample = Int(bytes[position + 2])
        size = Size(width: Self.word(in: bytes, at: position + 5), height: Self.word(in: bytes, at: position + 3))
        componentCount = Int(bytes[position + 7])
        coding =
            switch marker {
            case 0xC0, 0xC1: .sequential
            case 0xC2: .progressive
            case 0xC3: .lossless
            case 0xC5...0xC7: .hierarchical
            default: .arithmetic
            }
        guard size.width > 0, size.height > 0, componentCount > 0 else {
            throw .corrupt(.jpeg, reason: "its frame header says \(size) with \(componentCount) components")
        }
    }

    /// The marker's code; `position` is then at the byte after it.
    private static func nextMarker(in bytes: Span<UInt8>, at position: inout Int) throws(ImagingError) -> UInt8 {
        var stray = 0
        while position < bytes.count {
            guard bytes[position] == 0xFF else {
                stray += 1
                guard stray <= maximumStrayBytes else { throw .corrupt(.jpeg, reason: "stray bytes before its frame header") }
                position += 1
                continue
            }
            while position < bytes.count, bytes[position] == 0xFF { position += 1 }
            guard position < bytes.count else { break }
            position += 1
            if bytes[position - 1] != 0 { return bytes[position - 1] }
            stray += 2
        }
        throw .corrupt(.jpeg, reason: "it ends before its frame header")
    }

    /// The length of the segment at `position`, its two length bytes included, which lies within the bytes.
    private static func wordLength(in bytes: Span<UInt8>, at position: Int) throws(ImagingError) -> Int {
        guard bytes.count - position >= 2 else { throw .corrupt(.jpeg, reason: "it ends within a segment's length") }
        let length = word(in: bytes, at: position)
        guard length >= 2, length <= bytes.count - position else { throw .corrupt(.jpeg, reason: "a segment is longer than the file") }
        return length
    }

    private static func word(in bytes: Span<UInt8>, at position: Int) -> Int {
        Int(bytes[position]) << 8 | Int(bytes[position + 1])
    }
}

/// What is decoded at all, checked before anything is allocated.
package struct JPEGLimits: Sendable, Hashable {
    /// Of the coded image, whatever scale it is decoded at.
    package var maximumPixelCount: Int
    package var allowsProgressive: Bool
    /// Real progressive files have about ten; a hostile one can have thousands of empty ones, each a pass over the image.
    package var maximumScanCount: Int

    package init(maximumPixelCount: Int = 64_000_000, allowsProgressive: Bool, maximumScanCount: Int = 100) {
        self.maximumPixelCount = maximumPixelCount
        self.allowsProgressive = allowsProgressive
        self.maximumScanCount = max(maximumScanCount, 1)
    }

    /// Cameras write sequential JPEG only.
    package static let camera = JPEGLimits(allowsProgressive: false)
    /// Pictures that people bring.
    package static let files = JPEGLimits(allowsProgressive: true)
}

/// Facts about JPEG data without decoding them.
package enum JPEG {
    /// The coded image's size.
    /// - Throws: `corrupt` when there is no sound header.
    package static func size(of bytes: Span<UInt8>) throws(ImagingError) -> Size { try JPEGHeader(bytes).size }
}
