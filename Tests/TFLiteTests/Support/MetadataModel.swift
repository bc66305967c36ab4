import TFLite
import TestKit

/// A small classifier with TFLite Metadata and label files behind it.
struct MetadataModel {
    var means: [Float] = [127.5]
    var deviations: [Float] = [127.5]
    var labelFile = "labels.txt"
    /// 2 names an axis, 3 names values.
    var labelType: UInt8 = 2
    var inputCount = 1
    var identifier = "M001"
    /// The files of the ZIP part.
    var files: [(name: String, bytes: [UInt8])] = [("labels.txt", Array("???\ncat\ndog\n".utf8))]
    var method: UInt16 = 0
    /// Added to each checksum.
    var checksumError: UInt32 = 0

    func file() -> [UInt8] {
        var model = SmallModels.convolution()
        let options = FlatValue.table([0: .floats(means), 1: .floats(deviations)])
        let input = FlatValue.table([
            0: .string("image"), 1: .string("what the camera sees"), 4: .tables([.table([0: .uint8(1), 1: options])]),
        ])
        let labels = FlatValue.table([0: .string(labelFile), 2: .uint8(labelType)])
        let output = FlatValue.table([0: .string("probability"), 6: .tables([labels])])
        let subgraph = FlatValue.table([2: .tables(Array(repeating: input, count: inputCount)), 3: .tables([output])])
        let metadata = FlatValue.table([
            0: .string("Cats and dogs"), 1: .string("Tells cats from dogs"), 2: .string("v1"), 3: .tables([subgraph]),
            4: .string("Somebody"), 5: .string("Apache-2.0"),
        ])
        model.metadata = [.table([0: .string("TFLITE_METADATA"), 1: .int32(Int32(model.buffers.count))])]
        model.buffers.append(.table([0: .bytes(metadata.file(identifier: identifier))]))
        return model.file() + archive(offset: model.file().count)
    }

    /// - Parameter offset: where the part starts in the file.
    private func archive(offset: Int) -> [UInt8] {
        var bytes: [UInt8] = []
        var directory: [UInt8] = []
        func word(_ value: Int, _ count: Int) -> [UInt8] { (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        for (name, contents) in files {
            let checksum = Int(crc32(contents) &+ checksumError)
            let facts =
                word(0, 2) + word(Int(method), 2) + word(0, 4) + word(checksum, 4) + word(contents.count, 4) + word(contents.count, 4)
                + word(name.utf8.count, 2) + word(0, 2)
            directory += word(0x0201_4B50, 4) + word(20, 2) + word(20, 2) + facts
            directory += word(0, 2) + word(0, 2) + word(0, 2) + word(0, 4) + word(offset + bytes.count, 4) + Array(name.utf8)
            bytes += word(0x0403_4B50, 4) + word(20, 2) + facts + Array(name.utf8) + contents
        }
        let start = offset + bytes.count
        bytes += directory
        bytes += word(0x0605_4B50, 4) + word(0, 4) + word(files.count, 2) + word(files.count, 2) + word(directory.count, 4)
        return bytes + word(start, 4) + word(0, 2)
    }

    private func crc32(_ bytes: [UInt8]) -> UInt32 {
        var value = UInt32.max
        for byte in bytes {
            value ^= UInt32(byte)
            for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xEDB8_8320 : value >> 1 }
        }
        return ~value
    }
}
