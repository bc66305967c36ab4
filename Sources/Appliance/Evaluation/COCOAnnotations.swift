import FoundationEssentials
import Frames
import Learning
import Models

/// Reads annotations in the JSON form of the COCO challenge (cocodataset.org, "Data format", object detection). Masks and everything else
/// that is not needed is skipped.
package enum COCOAnnotations {
    /// Six times the validation set of COCO; decoding takes several times the file.
    private static let maximumByteCount = 128 << 20

    private struct File: Decodable {
        let images: [Image]
        let annotations: [Annotation]
        let categories: [Category]
    }

    private struct Image: Decodable {
        let id: Int
        let fileName: String
        let width: Int?
        let height: Int?

        private enum CodingKeys: String, CodingKey {
            case id, width, height
            case fileName = "file_name"
        }
    }

    private struct Annotation: Decodable {
        let imageID: Int
        let categoryID: Int
        let box: [Double]
        let area: Double?
        let isCrowd: Int?

        private enum CodingKeys: String, CodingKey {
            case area
            case imageID = "image_id"
            case categoryID = "category_id"
            case box = "bbox"
            case isCrowd = "iscrowd"
        }
    }

    private struct Category: Decodable {
        let id: Int
        let name: String
    }

    /// - Parameters:
    ///   - path: of the JSON file.
    ///   - folder: where the pictures lie.
    /// - Throws: `EvaluationError.dataset`, `.labels` with the place in the file.
    package static func read(_ path: String, pictures folder: String) throws(EvaluationError) -> DetectionDataset {
        let bytes: [UInt8]
        do { bytes = try RegularFile.bytes(path, limit: maximumByteCount) } catch {
            throw .dataset(path: path, reason: error.description)
        }
        return try dataset(bytes, path: path, pictures: folder)
    }

    package static func dataset(_ bytes: [UInt8], path: String, pictures folder: String) throws(EvaluationError) -> DetectionDataset {
        let file = try decode(bytes, path: path)
        func refusal(_ place: String, _ reason: String) -> EvaluationError { .labels(path: path, place: place, reason: reason) }
        guard file.images.count <= DetectionDataset.maximumPictureCount, file.annotations.count <= DetectionDataset.maximumObjectCount,
            file.categories.count <= DetectionDataset.maximumCategoryCount
        else {
            throw refusal(
                "", "\(file.images.count) images, \(file.annotations.count) annotations, \(file.categories.count) categories are too many")
        }
        guard !file.images.isEmpty else { throw refusal("images", "there are none") }
        var categories: [Int: String] = [:]
        for (index, category) in file.categories.enumerated() {
            guard categories.updateValue(category.name, forKey: category.id) == nil else {
                throw refusal("categories[\(index)].id", "\(category.id) is there twice")
            }
        }
        var positions: [Int: Int] = [:]
        for (index, image) in file.images.enumerated() {
            guard positions.updateValue(index, forKey: image.id) == nil else {
                throw refusal("images[\(index)].id", "\(image.id) is there twice")
            }
            guard isWithinFolder(image.fileName) else {
                throw refusal("images[\(index)].file_name", "\(image.fileName) leads out of the folder of pictures")
            }
        }
        var objects = [[DetectionDataset.Object]](repeating: [], count: file.images.count)
        for (index, annotation) in file.annotations.enumerated() {
            let place = "annotations[\(index)]"
            guard let position = positions[annotation.imageID] else {
                throw refusal(place + ".image_id", "there is no image \(annotation.imageID)")
            }
            guard categories[annotation.categoryID] != nil else {
                throw refusal(place + ".category_id", "there is no category \(annotation.categoryID)")
            }
            guard let box = box(annotation.box) else {
                throw refusal(place + ".bbox", "is not x, y, width, height in pixels")
            }
            if let area = annotation.area, !(0...DetectionDataset.maximumExtent * DetectionDataset.maximumExtent).contains(area) {
                throw refusal(place + ".area", "\(area) is no number of pixels")
            }
            objects[position].append(
                DetectionDataset.Object(
                    category: annotation.categoryID, box: box, area: annotation.area, isCrowd: annotation.isCrowd ?? 0 != 0))
        }
        var items: [DetectionDataset.Item] = []
        for (index, image) in file.images.enumerated() {
            items.append(
                DetectionDataset.Item(
                    path: folder + "/" + image.fileName, statedSize: try size(image, index, path: path), objects: objects[index]))
        }
        return DetectionDataset(items: items, categories: categories, isFractional: false)
    }

    private static func decode(_ bytes: [UInt8], path: String) throws(EvaluationError) -> File {
        do {
            return try JSONDecoder().decode(File.self, from: Data(bytes))
        } catch let error as DecodingError {
            switch error {
            case .typeMismatch(_, let context), .valueNotFound(_, let context):
                throw .labels(path: path, place: place(context.codingPath), reason: context.debugDescription)
            case .keyNotFound(let key, let context):
                throw .labels(path: path, place: place(context.codingPath), reason: "'\(key.stringValue)' is missing")
            default:
                if let fault = JSONFault.first(in: bytes) { throw .labels(path: path, place: fault.place, reason: fault.reason) }
                throw .labels(path: path, place: "", reason: "is not JSON, or a number in it is out of range")
            }
        } catch {
            throw .labels(path: path, place: "", reason: "is not JSON")
        }
    }

    /// `annotations[3].bbox`
    private static func place(_ path: [any CodingKey]) -> String {
        path.reduce("") { text, key in
            if let index = key.intValue { return text + "[\(index)]" }
            return text.isEmpty ? key.stringValue : text + "." + key.stringValue
        }
    }

    private static func box(_ numbers: [Double]) -> PixelBox? {
        let limit = DetectionDataset.maximumExtent
        guard numbers.count == 4, numbers.allSatisfy({ (-limit...limit).contains($0) }), numbers[2] >= 0, numbers[3] >= 0 else {
            return nil
        }
        return PixelBox(x: numbers[0], y: numbers[1], width: numbers[2], height: numbers[3])
    }

    private static func size(_ image: Image, _ index: Int, path: String) throws(EvaluationError) -> Size? {
        guard let width = image.width, let height = image.height else { return nil }
        let extents = 1...Int(DetectionDataset.maximumExtent)
        guard extents.contains(width), extents.contains(height) else {
            throw .labels(path: path, place: "images[\(index)]", reason: "\(width)x\(height) is no size of a picture")
        }
        return Size(width: width, height: height)
    }

    /// Names come from a file that anybody may have written: they must not reach other folders.
    static func isWithinFolder(_ name: String) -> Bool {
        !name.isEmpty && !name.hasPrefix("/") && !name.utf8.contains(0)
            && !name.split(separator: "/", omittingEmptySubsequences: false).contains("..")
    }
}
