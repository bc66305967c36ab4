package import Frames
package import Learning

/// Pictures with labelled objects, from whatever form of file.
package struct DetectionDataset: Sendable {
    package struct Object: Sendable, Hashable {
        /// The number of its category.
        package let category: Int
        package let box: PixelBox
        /// In square pixels; nil takes the box's.
        package let area: Double?
        package let isCrowd: Bool
    }

    package struct Item: Sendable, Hashable {
        /// Of the picture.
        package let path: String
        /// The size that boxes are meant for; nil takes the picture's own.
        package let statedSize: Size?
        package let objects: [Object]
    }

    package let items: [Item]
    /// Names by number; nil when the labels only have numbers, which are then the model's.
    package let categories: [Int: String]?
    /// Boxes are fractions of the picture, not pixels.
    package let isFractional: Bool

    /// Bounds of what files of labels may ask for.
    package static let maximumPictureCount = 1_000_000
    package static let maximumObjectCount = 10_000_000
    package static let maximumCategoryCount = 65_536
    /// No picture has more pixels on an axis, and no box is farther away.
    package static let maximumExtent = 1_000_000.0
}
