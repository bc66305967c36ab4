import Frames
import Predictions
import Samples
import Testing

@Suite("Samples")
struct SampleTests {
    let folder = LibraryFolder()

    @Test func samplesAreThereWithTheirEmbeddingsAfterTheLibraryIsOpenedAgain() throws {
        do {
            let library = try folder.open()
            let head = try LibraryFolder.head(library)
            let added = try library.add(
                [LibraryFolder.sample("cat", 1), LibraryFolder.sample("dog", 2), LibraryFolder.sample(nil, 3)], to: head, wallNanoseconds: 7
            )
            #expect(added == [.added(1), .added(2), .added(3)])
        }
        let library = try folder.open()
        let head = try library.head("pets")
        let samples = try library.samples(of: head)
        #expect(samples.map(\.concept) == ["cat", "dog", nil])
        #expect(samples.map(\.source) == ["1.jpg", "2.jpg", "3.jpg"])
        #expect(samples.allSatisfy { $0.wallNanoseconds == 7 && $0.box == .wholeFrame })
        let embeddings = try library.embeddings(of: samples, head)
        #expect(embeddings.map(\.elements) == [[1, -1, 255, -255], [2, -2, 255, -255], [3, -3, 255, -255]])
        #expect(embeddings.allSatisfy { $0.scale == 0.5 && $0.modelDigest == LibraryFolder.digest })
        #expect(try library.concepts(of: head).map(\.name) == ["cat", "dog"])
    }

    @Test func thePictureThatIsASampleAlreadyIsNotAddedTwice() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        _ = try library.add([LibraryFolder.sample("cat", 1)], to: head, wallNanoseconds: 0)
        #expect(try library.add([LibraryFolder.sample("cat", 1)], to: head, wallNanoseconds: 0) == [.known(1)])
        #expect(try library.samples(of: head).count == 1)
        // Another region of it is another sample.
        var region = LibraryFolder.sample("dog", 1)
        region.box = Box(left: 0, top: 0, right: 100, bottom: 100)
        #expect(try library.add([region], to: head, wallNanoseconds: 0) == [.added(2)])
    }

    @Test func onePictureCannotBeTwoConcepts() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        _ = try library.add([LibraryFolder.sample("cat", 1)], to: head, wallNanoseconds: 0)
        let error = SampleError.otherConcept(sample: 1, concept: "cat", wanted: "dog")
        #expect(throws: error) {
            try library.add([LibraryFolder.sample("dog", 2), LibraryFolder.sample("dog", 1)], to: head, wallNanoseconds: 0)
        }
        #expect(error.description == "sample 1 is the same picture as 'cat', it cannot be 'dog' too; forget it first")
        // Nothing of the refused batch stays.
        #expect(try library.samples(of: head).map(\.concept) == ["cat"])
        #expect(try library.concepts(of: head).map(\.name) == ["cat"])
    }

    @Test func forgettingTheLastSampleOfAConceptRemovesTheConcept() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        _ = try library.add([LibraryFolder.sample("cat", 1), LibraryFolder.sample("dog", 2)], to: head, wallNanoseconds: 0)
        try library.forget([2], from: head)
        #expect(try library.concepts(of: head).map(\.name) == ["cat"])
        #expect(throws: SampleError.noSuchSample(2, head: "pets")) { try library.forget([1, 2], from: head) }
        #expect(try library.samples(of: head).map(\.id) == [1])
        // The number of a forgotten sample is never given again.
        #expect(try library.add([LibraryFolder.sample("dog", 2)], to: head, wallNanoseconds: 0) == [.added(3)])
    }

    @Test func aConceptGoesWithItsSamples() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        _ = try library.add((1...5).map { LibraryFolder.sample($0 > 2 ? "cat" : "dog", $0) }, to: head, wallNanoseconds: 0)
        #expect(try library.removeConcept("cat", from: head) == 3)
        #expect(try library.samples(of: head).map(\.id) == [1, 2])
        let error = SampleError.noSuchConcept("cat", head: "pets", known: ["dog"])
        #expect(throws: error) { try library.removeConcept("cat", from: head) }
        #expect(error.description == "head 'pets' has no concept 'cat'; it has dog")
    }

    @Test func embeddingsOfTwoEmbeddersDoNotMix() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        let other = String(repeating: "cd", count: 32)
        let error = #expect(throws: SampleError.self) { try LibraryFolder.head(library, digest: other) }
        #expect(
            error?.description
                == "head 'pets' has embeddings of embedder.tflite (abababababab), not of embedder.tflite (cdcdcdcdcdcd);"
                + " embeddings of two embedders cannot be compared: use the first one, or begin another head")
        #expect(throws: SampleError.self) { try library.add([LibraryFolder.sample("cat", 1, digest: other)], to: head, wallNanoseconds: 0) }
        #expect(try library.samples(of: head).isEmpty)
        // Another head may use it.
        let second = try LibraryFolder.head(library, "birds", digest: other)
        #expect(try library.add([LibraryFolder.sample("owl", 1, digest: other)], to: second, wallNanoseconds: 0).count == 1)
    }

    @Test func twoHeadsOfOneEmbedderShareItsFile() throws {
        let library = try folder.open()
        let (pets, birds) = (try LibraryFolder.head(library), try LibraryFolder.head(library, "birds"))
        _ = try library.add([LibraryFolder.sample("cat", 1)], to: pets, wallNanoseconds: 0)
        _ = try library.add([LibraryFolder.sample("owl", 2)], to: birds, wallNanoseconds: 0)
        _ = try library.add([LibraryFolder.sample("dog", 3)], to: pets, wallNanoseconds: 0)
        #expect(try library.embeddings(of: library.samples(of: pets), pets).map { $0.elements[0] } == [1, 3])
        #expect(try library.embeddings(of: library.samples(of: birds), birds).map { $0.elements[0] } == [2])
        try library.removeHead(pets)
        #expect(try library.heads().map(\.name) == ["birds"])
        #expect(try library.embeddings(of: library.samples(of: birds), birds).map { $0.elements[0] } == [2])
    }

    @Test func namesThatWouldConfusePeopleAreRefused() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        for name in ["", "a\nb", String(repeating: "x", count: 101)] {
            #expect(throws: SampleError.self) { try LibraryFolder.head(library, name) }
            #expect(throws: SampleError.self) { try library.add([LibraryFolder.sample(name, 1)], to: head, wallNanoseconds: 0) }
        }
        #expect(throws: SampleError.noSuchHead("dogs", known: ["pets"])) { try library.head("dogs") }
    }

    @Test func aFolderThatCannotBeMadeIsNamed() {
        let error = #expect(throws: SampleError.self) { try SampleLibrary(folder: "/proc/nothing") }
        #expect(error?.description.contains("cannot use the folder /proc/nothing") == true)
    }
}
