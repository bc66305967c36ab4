import Frames

/// Parts of the frame that must not be seen (a neighbour's window, a public road): blanked on every decoded picture, before models,
/// recordings or people get it.
///
/// Every pixel that a polygon touches on the upper edge, the middle or the lower edge of the pixel's row is blanked, so the mask is never
/// smaller than the polygon by more than a spike within one row. Rasterised once for each size.
package struct Masks: Sendable {
    /// A corner, in the units of `Box`.
    package struct Point: Sendable, Hashable {
        package let x: Int32
        package let y: Int32

        package init(x: Int32, y: Int32) {
            self.x = x
            self.y = y
        }
    }

    /// What masked pixels become; the raw value is that of every channel.
    package enum Fill: UInt8, Sendable, Hashable {
        case black = 0
        case grey = 128
    }

    /// Columns of one row, at least one.
    private struct Run: Sendable {
        let row: Int
        let columns: Range<Int>
    }

    private let polygons: [[Point]]
    private let fill: Fill
    private var rasterized = Size(width: 0, height: 0)
    private var runs: [Run] = []

    /// - Parameter polygons: Corners in order, the last one joined to the first; those with fewer than three are ignored. Where one crosses
    ///   itself, the parts that are inside an even number of times are not masked.
    package init(polygons: [[Point]], fill: Fill = .black) {
        self.polygons = polygons.filter { $0.count >= 3 }
        self.fill = fill
    }

    /// Nothing is masked.
    package static let none = Masks(polygons: [])

    package var isEmpty: Bool { polygons.isEmpty }

    /// Blanks the masked pixels.
    package mutating func blank(_ picture: inout Picture) {
        guard !isEmpty, !picture.isEmpty else { return }
        if picture.size != rasterized { rasterize(picture.size) }
        let channels = picture.layout.channelCount
        let bytesPerRow = picture.bytesPerRow
        var pixels = picture.pixels.mutableSpan
        for run in runs {
            let start = run.row * bytesPerRow
            for index in start + run.columns.lowerBound * channels..<start + run.columns.upperBound * channels {
                pixels[index] = fill.rawValue
            }
        }
    }

    private mutating func rasterize(_ size: Size) {
        rasterized = size
        runs.removeAll(keepingCapacity: true)
        var crossings: [Double] = []
        for polygon in polygons {
            for row in 0..<size.height {
                // Just inside of the row's edges, so that a polygon that ends on an edge does not touch the next row.
                for line in [Double(row) + 1.0 / 64, Double(row) + 0.5, Double(row + 1) - 1.0 / 64] {
                    Self.crossings(of: polygon, with: line, in: size, into: &crossings)
                    for pair in stride(from: 0, to: crossings.count - 1, by: 2) {
                        let left = Int(max(crossings[pair].rounded(.down), 0))
                        let right = Int(min(crossings[pair + 1].rounded(.up), Double(size.width)))
                        // The three lines of a row mostly give the same run.
                        if left < right, runs.last?.row != row || runs.last?.columns != left..<right {
                            runs.append(Run(row: row, columns: left..<right))
                        }
                    }
                }
            }
        }
    }

    /// Where the polygon's edges cross a horizontal line, in pixels from the left, in ascending order.
    private static func crossings(of polygon: [Point], with line: Double, in size: Size, into crossings: inout [Double]) {
        crossings.removeAll(keepingCapacity: true)
        func place(_ units: Int32, _ extent: Int) -> Double { Double(units) * Double(extent) / Double(Box.unit) }
        for index in polygon.indices {
            let (a, b) = (polygon[index], polygon[(index + 1) % polygon.count])
            let (ay, by) = (place(a.y, size.height), place(b.y, size.height))
            guard (ay <= line) != (by <= line) else { continue }
            let (ax, bx) = (place(a.x, size.width), place(b.x, size.width))
            crossings.append(ax + (bx - ax) * ((line - ay) / (by - ay)))
        }
        crossings.sort()
    }
}
