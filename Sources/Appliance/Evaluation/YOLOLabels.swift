import FoundationEssentials
import Frames
import Learning
import Models

/// Reads labels as YOLO's tools write them: beside every picture's name a text with a line for each object, `class cx cy width height`, all
/// but the class as fractions of the picture. A picture without a text, or with an empty one, has no objects.
package enum YOLOLabels {
    private static let maximumByteCount = 4 << 20
    private static let maximumNameByteCount = 1 << 20

    /// - Parameters:
    ///   - labels: the folder of texts; may be that of the pictures.
    ///   - pictures: the folder of pictures, at any depth; a text has the same path as its picture in the other folder.
    ///   - names: a text with the name of each class on a line; nil takes classes as the model's own numbers.
    /// - Throws: `EvaluationError.dataset`, `.labels` with the line.
    package static func read(labels: String, pictures: String, names: String?) throws(EvaluationError) -> DetectionDataset {
        let paths: [String]
        do { paths = try LabelledPictures(paths: [pictures], concept: nil).items.map(\.path) } catch {
            throw .dataset(path: pictures, reason: "there are no .jpg or .bmp pictures in it")
        }
        guard paths.count <= DetectionDataset.maximumPictureCount else {
            throw .dataset(path: pictures, reason: "has \(paths.count) pictures, the limit is \(DetectionDataset.maximumPictureCount)")
        }
        let names = try names.map(readNames)
        var items: [DetectionDataset.Item] = []
        var (textCount, objectCount) = (0, 0)
        for path in paths {
            let relative = path == pictures ? Substring(path.split(separator: "/").last ?? "") : path.dropFirst(pictures.count + 1)
            let stem = relative.lastIndex(of: ".").map { relative[..<$0] } ?? relative
            let text = labels + "/" + stem + ".txt"
            var objects: [DetectionDataset.Object] = []
            do {
                let bytes = try RegularFile.bytes(text, limit: maximumByteCount)
                textCount += 1
                objects = try self.objects(bytes, path: text, classCount: names?.count)
            } catch let error as RegularFile.Refusal {
                guard error == .missing else { throw .dataset(path: text, reason: error.description) }
            } catch let error as EvaluationError {
                throw error
            } catch {
                throw .dataset(path: text, reason: "\(error)")
            }
            objectCount += objects.count
            guard objectCount <= DetectionDataset.maximumObjectCount else {
                throw .dataset(path: labels, reason: "has more than \(DetectionDataset.maximumObjectCount) objects")
            }
            items.append(DetectionDataset.Item(path: path, statedSize: nil, objects: objects))
        }
        guard textCount > 0 else {
            throw .dataset(path: labels, reason: "there is no .txt for any of the \(paths.count) pictures in \(pictures)")
        }
        return DetectionDataset(
            items: items, categories: names.map { Dictionary(uniqueKeysWithValues: $0.enumerated().map { ($0, $1) }) }, isFractional: true)
    }

    /// The objects of one text.
    package static func objects(_ bytes: [UInt8], path: String, classCount: Int?) throws(EvaluationError) -> [DetectionDataset.Object] {
        var objects: [DetectionDataset.Object] = []
        for (index, line) in try lines(bytes, path: path).enumerated() {
            let fields = line.split(whereSeparator: \.isWhitespace)
            guard !fields.isEmpty else { continue }
            func refusal(_ reason: String) -> EvaluationError { .labels(path: path, place: "line \(index + 1)", reason: reason) }
            guard fields.count == 5 else {
                throw refusal("has \(fields.count) fields, not the five of an object: class cx cy width height")
            }
            guard let category = Int(fields[0]), category >= 0, category < DetectionDataset.maximumCategoryCount else {
                throw refusal("'\(fields[0].prefix(20))' is no number of a class")
            }
            if let classCount, category >= classCount { throw refusal("class \(category) has no name; there are \(classCount)") }
            let numbers = fields.dropFirst().compactMap { Double($0) }
            // Boxes may reach a little beyond the picture by rounding.
            guard numbers.count == 4, numbers.allSatisfy({ (-1...2).contains($0) }), numbers[2] >= 0, numbers[3] >= 0 else {
                throw refusal("the box is not four fractions of the picture: cx cy width height")
            }
            objects.append(
                DetectionDataset.Object(
                    category: category,
                    box: PixelBox(
                        x: numbers[0] - numbers[2] / 2, y: numbers[1] - numbers[3] / 2, width: numbers[2], height: numbers[3]),
                    area: nil, isCrowd: false))
        }
        return objects
    }

    /// A name on each line; blank lines at the end do not count.
    package static func readNames(_ path: String) throws(EvaluationError) -> [String] {
        let bytes: [UInt8]
        do { bytes = try RegularFile.bytes(path, limit: maximumNameByteCount) } catch {
            throw .dataset(path: path, reason: error.description)
        }
        var names = try lines(bytes, path: path).map(String.init)
        while names.last == "" { names.removeLast() }
        guard !names.isEmpty, names.count <= DetectionDataset.maximumCategoryCount else {
            throw .dataset(path: path, reason: "has \(names.count) names; 1 to \(DetectionDataset.maximumCategoryCount) are allowed")
        }
        return names
    }

    private static func lines(_ bytes: [UInt8], path: String) throws(EvaluationError) -> [Substring] {
        guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
            throw .labels(path: path, place: "", reason: "is not text")
        }
        return text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    }
}
