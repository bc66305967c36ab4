package import Frames

/// A decoded image: 8-bit pixels, row by row from the top, without padding.
///
/// A value that keeps its memory when it is decoded into again. It knows nothing of cameras or files; decoders fill it, `Resampler`,
/// `TensorFiller`, `LumaGrid` and `Canvas` use it.
package struct Picture: Sendable, Equatable {
    /// What the bytes of a pixel are; the raw value is their number.
    package enum Layout: Int, Sendable, Hashable, CaseIterable {
        /// Luma, 0 black ... 255 white.
        case grey = 1
        /// Red, green, blue.
        case rgb = 3

        package var channelCount: Int { rawValue }
    }

    package private(set) var size: Size
    package private(set) var layout: Layout
    /// `size.pixelCount * layout.channelCount` bytes, [H,W,C].
    package internal(set) var pixels: [UInt8]

    /// A picture without pixels, to be decoded into.
    package init() {
        size = Size(width: 0, height: 0)
        layout = .rgb
        pixels = []
    }

    /// A black picture. Extents are 0...65 535, a negative one counts as 0.
    package init(size: Size, layout: Layout) {
        self.init()
        reshape(to: size, layout: layout)
    }

    /// Nil unless there are exactly as many bytes as the size needs.
    package init?(size: Size, layout: Layout, pixels: [UInt8]) {
        guard (0...Self.maximumExtent).contains(size.width), (0...Self.maximumExtent).contains(size.height),
            pixels.count == size.pixelCount * layout.channelCount
        else { return nil }
        self.size = size
        self.layout = layout
        self.pixels = pixels
    }

    /// The largest width and height, that of JPEG.
    package static let maximumExtent = 65_535

    package var isEmpty: Bool { pixels.isEmpty }
    package var bytesPerRow: Int { size.width * layout.channelCount }

    /// Changes size and layout, keeping the memory when it is large enough; the pixels' values are those of no particular picture.
    mutating func reshape(to size: Size, layout: Layout) {
        func clamp(_ extent: Int) -> Int { min(max(extent, 0), Self.maximumExtent) }
        self.size = Size(width: clamp(size.width), height: clamp(size.height))
        self.layout = layout
        pixels.resize(to: self.size.pixelCount * layout.channelCount)
    }
}

extension [UInt8] {
    /// Sets the number of elements and keeps the capacity; new elements are 0.
    mutating func resize(to count: Int) {
        if count < self.count {
            removeLast(self.count - count)
        } else if count > self.count {
            reserveCapacity(count)
            append(contentsOf: repeatElement(0, count: count - self.count))
        }
    }
}

/// Luma of 8-bit red, green and blue by the weights of BT.601 in 1/65 536, rounded half up: (19595 R + 38470 G + 7471 B + 32768) >> 16.
/// The same definition as Pillow's `convert("L")`.
enum Luma {
    static let red: Int32 = 19_595
    static let green: Int32 = 38_470
    static let blue: Int32 = 7_471

    @inline(__always)
    static func of(_ red: UInt8, _ green: UInt8, _ blue: UInt8) -> UInt8 {
        // Bound: the weights' sum is 65 536, so the sum is at most 255 * 65 536 + 32 768 and the result at most 255.
        UInt8(truncatingIfNeeded: (Int32(red) &* Self.red &+ Int32(green) &* Self.green &+ Int32(blue) &* Self.blue &+ 32_768) >> 16)
    }
}

extension Picture {
    /// Writes the luma of the picture into `grey`, keeping its memory.
    package func luma(into grey: inout Picture) {
        grey.reshape(to: size, layout: .grey)
        switch layout {
        case .grey: grey.pixels.replaceSubrange(0..<grey.pixels.count, with: pixels)
        case .rgb:
            var target = grey.pixels.mutableSpan
            let source = pixels.span
            var index = 0
            for pixel in target.indices {
                target[pixel] = Luma.of(source[index], source[index + 1], source[index + 2])
                index += 3
            }
        }
    }
}
