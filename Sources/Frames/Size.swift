/// Width and height in pixels.
package struct Size: Sendable, Hashable, CustomStringConvertible {
    package let width: Int
    package let height: Int

    package init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    package var pixelCount: Int { width * height }
    package var description: String { "\(width)x\(height)" }
}
