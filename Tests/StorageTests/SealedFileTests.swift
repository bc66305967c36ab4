import Foundation
import Storage
import Testing

@Suite struct SealedFileTests {
    let folder = NSTemporaryDirectory() + "picket-sealed-\(UUID().uuidString)"

    init() throws { try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true) }

    private func clean() { try? FileManager.default.removeItem(atPath: folder) }

    private func write() throws -> String {
        var writer = try SealedFileWriter(folder: folder, name: "a", tag: "1")
        try writer.append([1, 2, 3])
        try writer.append([UInt8](repeating: 9, count: 100))
        try writer.seal()
        return folder + "/a"
    }

    @Test func aSealedFileIsWholeAndEveryChangedByteIsNoticed() throws {
        defer { clean() }
        let path = try write()
        #expect(try MappedFile(path).isSealed)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(bytes.count == 103 + SealedFileWriter.sealByteCount)
        for place in [0, 50, 102, 103, 134] {
            var changed = bytes
            changed[place] ^= 4
            try changed.write(to: URL(fileURLWithPath: path))
            #expect(try !MappedFile(path).isSealed, "byte \(place)")
        }
        for count in [1, 31, 32, 134] {
            try bytes.prefix(count).write(to: URL(fileURLWithPath: path))
            #expect(try !MappedFile(path).isSealed, "\(count) bytes")
        }
    }

    @Test func aFileThatIsNotSealedYetHasNotItsName() throws {
        defer { clean() }
        var writer = try SealedFileWriter(folder: folder, name: "a", tag: "1")
        try writer.append([1])
        #expect(!FileManager.default.fileExists(atPath: folder + "/a"))
        writer.abandon()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
}
