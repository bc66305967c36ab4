import Settings

/// A part of the frame that nobody may see, blanked before anything else reads the frame.
package struct Mask: Sendable, Hashable {
    /// A corner, in units of 1/65 536 of the frame's width and height, 0 ... 65 536.
    package struct Point: Sendable, Hashable {
        package let x: Int32
        package let y: Int32

        package init(x: Int32, y: Int32) {
            self.x = x
            self.y = y
        }
    }

    package static let maximumPointCount = 64
    package static let maximumCount = 32

    package let name: String
    /// At least three corners, in order; the last is joined to the first.
    package let points: [Point]

    package init(name: String, points: [Point]) {
        self.name = name
        self.points = points
    }

    /// Reads `{name: neighbour, polygon: [0.0, 0.0, 0.3, 0.0, 0.3, 0.4]}`; nil with an issue when it is wrong.
    init?(_ section: Section, others: [Mask]) {
        let name = section.requiredString("name", example: "neighbour")
        let numbers = Self.numbers(section)
        section.finish()
        guard let name, let numbers else { return nil }
        guard !others.contains(where: { $0.name == name }) else {
            section.complain("name", "there are two masks '\(name)'", suggestion: "give each mask a name of its own")
            return nil
        }
        self.name = name
        points = stride(from: 0, to: numbers.count - 1, by: 2).map { Point(x: numbers[$0], y: numbers[$0 + 1]) }
    }

    /// An even number of coordinates, at least six.
    private static func numbers(_ section: Section) -> [Int32]? {
        let example = "write x and y of each corner in 0...1: polygon: [0.0, 0.0, 0.3, 0.0, 0.3, 0.4]"
        guard let nodes = section.list("polygon") else {
            if !section.has("polygon") { section.complain("polygon", "'polygon' is missing", suggestion: example) }
            return nil
        }
        guard nodes.count >= 6, nodes.count.isMultiple(of: 2), nodes.count <= 2 * maximumPointCount else {
            section.complain(
                "polygon", "\(nodes.count) numbers are not 3 to \(maximumPointCount) corners with x and y each", suggestion: example)
            return nil
        }
        var numbers: [Int32] = []
        for node in nodes {
            guard let text = section.string(of: node) else { continue }
            guard let value = Quantity.number(text), (0...1).contains(value) else {
                section.issues.add(at: node, "'\(text)' is not a place in the frame", suggestion: "write a number in 0...1")
                continue
            }
            numbers.append(Int32((value * 65_536).rounded()))
        }
        return numbers.count == nodes.count ? numbers : nil
    }
}
