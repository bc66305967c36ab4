import Foundation
import Storage
import TestKit
import Testing

@Suite struct VectorFileTests {
    let path = NSTemporaryDirectory() + "picket-vectors-\(UUID().uuidString)"
    let digest = String(repeating: "ab", count: 32)

    private func clean() { try? FileManager.default.removeItem(atPath: path) }

    @Test func rowsAreReadAsTheyWereWritten() throws {
        defer { clean() }
        let file = try VectorFile(path: path, digest: digest, dimension: 3)
        try file.write([[1, -255, 255], [0, 7, -7]], at: 0)
        try file.write([[5, 5, 5]], at: 2)
        let again = try VectorFile(reading: path, digest: digest, dimension: 3)
        #expect(try again.rowCount() == 3)
        #expect(try again.vector(at: 0) == [1, -255, 255])
        #expect(try again.vector(at: 2) == [5, 5, 5])
    }

    @Test func aCutTakesWhatLiesBehindTheRowsThatCount() throws {
        defer { clean() }
        let file = try VectorFile(path: path, digest: digest, dimension: 2)
        try file.write([[1, 1], [2, 2], [3, 3]], at: 0)
        try file.cut(toRowCount: 2)
        #expect(try file.rowCount() == 2)
        #expect(throws: StorageError.damaged(path: path, reason: "it ends before row 2")) { try file.vector(at: 2) }
        try file.cut(toRowCount: 9)
        #expect(try file.rowCount() == 2, "a cut never adds")
    }

    @Test func vectorsOfAnotherEmbedderAreNotRead() throws {
        defer { clean() }
        _ = try VectorFile(path: path, digest: digest, dimension: 2)
        let other = String(repeating: "cd", count: 32)
        let error = #expect(throws: StorageError.self) { try VectorFile(reading: path, digest: other, dimension: 2) }
        #expect(error?.description == "\(path) is damaged: its header is not that of embedder cdcdcdcdcdcd with 2 elements")
    }

    @Test func aMappedFileShowsWhatWasWritten() throws {
        defer { clean() }
        try DurableFile.write([1, 2, 255], folder: NSTemporaryDirectory(), name: String(path.split(separator: "/").last ?? ""))
        let mapped = try MappedFile(path)
        #expect(mapped.withBytes(0..<3) { [$0[0], $0[1], $0[2]] } == [1, 2, -1])
        try DurableFile.write([], folder: NSTemporaryDirectory(), name: String(path.split(separator: "/").last ?? ""))
        #expect(throws: StorageError.damaged(path: path, reason: "it is empty")) { try MappedFile(path) }
    }

    @Test func aFullDiskIsSaidInTheKernelsWords() throws {
        let file = try OpenFile("/dev/full")
        let error = #expect(throws: StorageError.self) { try file.write([1], at: 0) }
        #expect(error?.description == "/dev/full: write: No space left on device")
    }
}
