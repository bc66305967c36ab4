import Frames

/// The mean luma of each block of a picture that is divided into columns and rows: a thumbnail to tell motion by.
///
/// A block's value is (19595 ΣR + 38470 ΣG + 7471 ΣB + 32768 n) / (65536 n), floored, over its n pixels; for grey pictures the mean,
/// rounded half up. Block boundaries are at column * width / columns, floored; a block has at least one pixel. For motion decode frames as `grey`
/// with the grid's size as the least size: a JPEG then costs little more than its entropy decoding.
package struct LumaGrid: Sendable, Equatable {
    package let columns: Int
    package let rows: Int
    /// [rows,columns], 0 black ... 255 white.
    package private(set) var values: [UInt8]
    private var sums: [Int]

    /// - Parameters: Extents are at least 1 and at most 1024 each; others are clamped.
    package init(columns: Int = 32, rows: Int = 24) {
        self.columns = min(max(columns, 1), 1_024)
        self.rows = min(max(rows, 1), 1_024)
        values = [UInt8](repeating: 0, count: self.columns * self.rows)
        sums = [Int](repeating: 0, count: self.columns * 3)
    }

    /// Takes the means of a picture; a picture without pixels gives zeros. Allocates nothing.
    package mutating func measure(_ picture: Picture) {
        guard !picture.isEmpty else {
            for index in values.indices { values[index] = 0 }
            return
        }
        for row in 0..<rows {
            for index in sums.indices { sums[index] = 0 }
            let lines = Self.block(row, of: rows, extent: picture.size.height)
            for line in lines { add(line: line, of: picture) }
            for column in 0..<columns {
                let count = lines.count * Self.block(column, of: columns, extent: picture.size.width).count
                let (red, green, blue) = (sums[column * 3], sums[column * 3 + 1], sums[column * 3 + 2])
                // Bound: sums are below 2^32 * 255 and weights below 2^16: far below 2^63.
                let weighted = Int(Luma.red) * red + Int(Luma.green) * green + Int(Luma.blue) * blue
                values[row * columns + column] = UInt8(truncatingIfNeeded: (weighted + 32_768 * count) / (65_536 * count))
            }
        }
    }

    /// The pixels of a block on one axis, at least one.
    private static func block(_ index: Int, of count: Int, extent: Int) -> Range<Int> {
        let start = index * extent / count
        return start..<max((index + 1) * extent / count, start + 1)
    }

    private mutating func add(line: Int, of picture: Picture) {
        let pixels = picture.pixels.span
        let start = line * picture.bytesPerRow
        for column in 0..<columns {
            let block = Self.block(column, of: columns, extent: picture.size.width)
            var (red, green, blue) = (0, 0, 0)
            switch picture.layout {
            case .grey:
                for index in start + block.lowerBound..<start + block.upperBound { green += Int(pixels[index]) }
                // The weights' sum is 65 536, so that grey counts the same in all three.
                (red, blue) = (green, green)
            case .rgb:
                var index = start + block.lowerBound * 3
                for _ in block {
                    red += Int(pixels[index])
                    green += Int(pixels[index + 1])
                    blue += Int(pixels[index + 2])
                    index += 3
                }
            }
            sums[column * 3] += red
            sums[column * 3 + 1] += green
            sums[column * 3 + 2] += blue
        }
    }
}
