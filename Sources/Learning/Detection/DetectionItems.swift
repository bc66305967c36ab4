/// A rectangle in pixels, as detection data sets have it.
package struct PixelBox: Sendable, Hashable {
    package let x: Double
    package let y: Double
    package let width: Double
    package let height: Double

    package init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    package var area: Double { width * height }

    /// Area of the intersection over that of the union; over this box's own area where the other marks a crowd.
    func overlap(with truth: PixelBox, isCrowd: Bool) -> Double {
        let common = (min(x + width, truth.x + truth.width) - max(x, truth.x), min(y + height, truth.y + truth.height) - max(y, truth.y))
        guard common.0 > 0, common.1 > 0 else { return 0 }
        let intersection = common.0 * common.1
        return intersection / (isCrowd ? area : area + truth.area - intersection)
    }
}

/// An object that somebody labelled.
package struct LabelledObject: Sendable, Hashable {
    package let image: Int
    package let category: Int
    package let box: PixelBox
    /// In square pixels; COCO gives that of the mask, which is smaller than the box's.
    package let area: Double
    /// One box around many objects: what lies in it is neither right nor wrong.
    package let isCrowd: Bool

    package init(image: Int, category: Int, box: PixelBox, area: Double? = nil, isCrowd: Bool = false) {
        self.image = image
        self.category = category
        self.box = box
        self.area = area ?? box.area
        self.isCrowd = isCrowd
    }
}

/// An object that a detector found.
package struct DetectedObject: Sendable, Hashable {
    package let image: Int
    package let category: Int
    package let box: PixelBox
    package let score: Double

    package init(image: Int, category: Int, box: PixelBox, score: Double) {
        self.image = image
        self.category = category
        self.box = box
        self.score = score
    }
}
