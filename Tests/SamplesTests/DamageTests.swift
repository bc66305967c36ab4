import FoundationEssentials
import Predictions
import Samples
import Testing

@Suite("Damaged libraries")
struct DamageTests {
    let folder = LibraryFolder()
    var vectors: String { folder.path + "/embeddings-abababababababab.vectors" }

    private func fill() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        _ = try library.add((1...3).map { LibraryFolder.sample("cat", $0) }, to: head, wallNanoseconds: 0)
    }

    private func change(_ body: (inout Data) -> Void) throws {
        var data = try Data(contentsOf: URL(filePath: vectors))
        body(&data)
        try data.write(to: URL(filePath: vectors))
    }

    @Test func whatAPowerCutLeavesBehindTheLastSampleIsOverwritten() throws {
        try fill()
        try change { $0 += [1, 2, 3] }
        let library = try folder.open()
        let head = try library.head("pets")
        _ = try library.add([LibraryFolder.sample("dog", 9)], to: head, wallNanoseconds: 0)
        #expect(try library.embeddings(of: library.samples(of: head), head).map { $0.elements[0] } == [1, 2, 3, 9])
    }

    @Test func aChangedEmbeddingIsNoticedAndNamesItsSample() throws {
        try fill()
        try change { $0[64 + 8] ^= 1 }
        let library = try folder.open()
        let head = try library.head("pets")
        let error = #expect(throws: SampleError.self) { try library.embeddings(of: library.samples(of: head), head) }
        #expect(error?.description.contains("the embedding of sample 2 is not the one that was stored") == true)
        // The rest is as it was once the damaged one is forgotten.
        try library.forget([2], from: head)
        #expect(try library.embeddings(of: library.samples(of: head), head).map { $0.elements[0] } == [1, 3])
    }

    @Test func aFileThatIsTooShortIsNoticed() throws {
        try fill()
        try change { $0.removeLast(4) }
        let library = try folder.open()
        let head = try library.head("pets")
        let error = #expect(throws: SampleError.self) { try library.embeddings(of: library.samples(of: head), head) }
        #expect(error?.description.contains("it ends before row 2") == true)
    }

    @Test func aFileOfAnotherEmbedderIsNotUsed() throws {
        try fill()
        try change { $0[20] ^= 1 }
        let library = try folder.open()
        let head = try library.head("pets")
        #expect(throws: SampleError.self) { try library.add([LibraryFolder.sample("dog", 9)], to: head, wallNanoseconds: 0) }
        #expect(try library.samples(of: head).count == 3)
    }

    @Test func aDatabaseThatIsNoneIsLeftAloneAndNamed() throws {
        try FileManager.default.createDirectory(atPath: folder.path, withIntermediateDirectories: true)
        let path = folder.path + "/library.sqlite"
        let bytes = Data("this is a letter, no database, and long enough to be told apart from one".utf8)
        try bytes.write(to: URL(filePath: path))
        let error = #expect(throws: SampleError.self) { try folder.open() }
        #expect(error?.description.contains(path) == true)
        #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }
}
