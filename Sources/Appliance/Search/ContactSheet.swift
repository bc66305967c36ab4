import FoundationEssentials
import Frames
import Imaging
import Predictions

/// Many small pictures to look at: one page that needs nothing but itself, or one JPEG image.
package struct ContactSheet {
    package struct Tile {
        let item: FoundItem
        let caption: String

        /// - Parameter caption: of one line, for example the similarity.
        package init(_ item: FoundItem, caption: String) {
            self.item = item
            self.caption = caption
        }
    }

    /// Pictures under a heading.
    package struct Row {
        let title: String
        let tiles: [Tile]

        package init(_ title: String, _ tiles: [Tile]) {
            self.title = title
            self.tiles = tiles
        }
    }

    package let path: String
    private let isPage: Bool

    /// Looks at the name and the folder, so that nobody waits for a sheet that cannot be written.
    /// - Throws: `SearchError.sheet`.
    package init(_ path: String) throws(SearchError) {
        let name = (path.split(separator: "/").last ?? "").lowercased()
        guard [".html", ".jpg", ".jpeg"].contains(where: { name.hasSuffix($0) && name.count > $0.count }) else {
            throw .sheet(path: path, reason: "a contact sheet is a page or an image; give the file the ending .html or .jpg")
        }
        let folder = ConfigurationFile.folder(of: path)
        var isFolder = false
        let files = FileManager.default
        guard files.fileExists(atPath: folder, isDirectory: &isFolder), isFolder else {
            throw .sheet(path: path, reason: "there is no folder \(folder)")
        }
        guard files.isWritableFile(atPath: files.fileExists(atPath: path) ? path : folder) else {
            throw .sheet(path: path, reason: "no permission")
        }
        self.path = path
        isPage = name.hasSuffix(".html")
    }

    /// - Throws: `SearchError.sheet`.
    package func write(title: String, lead: [String], _ rows: [Row]) throws(SearchError) {
        let bytes = isPage ? Array(Self.page(title: title, lead: lead, rows).utf8) : try image(rows)
        do {
            try Data(bytes).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw .sheet(path: path, reason: "\(error)")
        }
    }

    // MARK: The page

    static func page(title: String, lead: [String], _ rows: [Row]) -> String {
        let thumbnails = Thumbnails(extent: 176)
        let body = rows.map { row in
            let tiles = row.tiles.map { tile in
                let image =
                    thumbnails.jpeg(of: tile.item).map {
                        "<img alt=\"\(Markup.text(tile.item.name))\" src=\"data:image/jpeg;base64,\(Data($0).base64EncodedString())\">"
                    } ?? "<i>no picture</i>"
                let concepts = tile.item.concepts.prefix(2).map(\.name).joined(separator: ", ")
                return "<figure><div>\(image)</div><figcaption><b>\(Markup.text(tile.caption))</b> \(Markup.text(concepts))"
                    + "<span>\(Markup.text(tile.item.name))</span></figcaption></figure>\n"
            }
            return Markup.section(row.title, "<div class=\"sheet\">\n\(tiles.joined())</div>\n")
        }
        return Markup.page(title: title, lead: lead, body: body.joined())
    }

    // MARK: The image

    private static let columns = 8
    private static let cell = (width: 176, height: 200)
    private static let headingHeight = 30
    private static let margin = 8
    /// Pictures on one image at most: more would be higher than an image may be.
    private static let tileLimit = 800

    private func image(_ rows: [Row]) throws(SearchError) -> [UInt8] {
        let (cell, columns) = (Self.cell, Self.columns)
        let lineCounts = rows.map { (min($0.tiles.count, Self.tileLimit) + columns - 1) / columns }
        let height = zip(rows, lineCounts).reduce(Self.margin) { $0 + Self.headingHeight + $1.1 * cell.height }
        guard height <= Picture.maximumExtent, rows.reduce(0, { $0 + $1.tiles.count }) <= Self.tileLimit else {
            throw .sheet(path: path, reason: "these are too many pictures for one image; ask for fewer, or for a page (.html)")
        }
        let size = Size(width: columns * cell.width + 2 * Self.margin, height: height)
        var pixels = [UInt8](repeating: 24, count: size.width * size.height * 3)
        var labels: [(text: String, left: Int, top: Int, colour: Colour, scale: Int)] = []
        let thumbnails = Thumbnails(extent: cell.width - Self.margin)
        var top = Self.margin
        for (row, lineCount) in zip(rows, lineCounts) {
            labels.append((row.title, Self.margin, top + 4, .white, 2))
            top += Self.headingHeight
            for (index, tile) in row.tiles.enumerated() {
                let left = Self.margin + index % columns * cell.width
                let upper = top + index / columns * cell.height
                if let picture = thumbnails.picture(of: tile.item) {
                    for line in 0..<picture.size.height {
                        let start = ((upper + line) * size.width + left) * 3
                        pixels.replaceSubrange(
                            start..<start + picture.bytesPerRow,
                            with: picture.pixels[line * picture.bytesPerRow..<(line + 1) * picture.bytesPerRow])
                    }
                }
                labels.append((tile.caption + " " + tile.item.name.suffix(18), left, upper + cell.width - 4, Colour(200, 206, 214), 1))
            }
            top += lineCount * cell.height
        }
        guard let picture = Picture(size: size, layout: .rgb, pixels: pixels) else { throw .sheet(path: path, reason: "nothing to show") }
        var canvas = Canvas(picture)
        for label in labels { canvas.write(label.text, left: label.left, top: label.top, colour: label.colour, scale: label.scale) }
        var bytes: [UInt8] = []
        do { try JPEGEncoder(quality: 88).encode(canvas.picture, into: &bytes) } catch { throw .sheet(path: path, reason: "\(error)") }
        return bytes
    }
}
