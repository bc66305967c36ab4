import Samples
import Testing

@Suite("Revisions of heads")
struct RevisionTests {
    let folder = LibraryFolder()

    private func keep(_ byte: UInt8, _ library: SampleLibrary, _ head: HeadRecord, isActive: Bool) throws(SampleError) -> Int {
        try library.addRevision(
            to: head, method: "slda", sampleCount: 3, wallNanoseconds: 1, evaluation: "{}", contents: [byte], isActive: isActive)
    }

    @Test func theRevisionInUseIsTheLastOneThatWasAccepted() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        #expect(head.activeRevision == nil)
        #expect(try keep(1, library, head, isActive: true) == 1)
        #expect(try keep(2, library, head, isActive: false) == 2)
        #expect(try library.head("pets").activeRevision == 1)
        #expect(try library.revisions(of: head).map(\.isActive) == [true, false])
        #expect(try library.contents(ofRevision: 2, of: head) == [2])
        try library.activate(2, of: head)
        #expect(try library.head("pets").activeRevision == 2)
    }

    @Test func goingBackReturnsToTheOneBefore() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        for byte in 1...3 { _ = try keep(UInt8(byte), library, head, isActive: byte != 2) }
        #expect(try library.rollBack(head) == 2)
        #expect(try library.rollBack(head) == 1)
        #expect(throws: SampleError.noEarlierRevision(head: "pets")) { try library.rollBack(head) }
        #expect(try library.head("pets").activeRevision == 1)
    }

    @Test func aRevisionThatIsNotThereIsNamed() throws {
        let library = try folder.open()
        let head = try LibraryFolder.head(library)
        #expect(throws: SampleError.noSuchRevision(4, head: "pets")) { try library.contents(ofRevision: 4, of: head) }
        #expect(throws: SampleError.noSuchRevision(4, head: "pets")) { try library.activate(4, of: head) }
    }
}
