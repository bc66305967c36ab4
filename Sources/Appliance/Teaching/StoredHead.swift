package import Learning
package import Samples

extension SampleLibrary {
    /// The revision of a head that is in use, fitted and ready.
    /// - Throws: `SampleError`, `TeachingError.notTrained`, `.storedHead`.
    package func trainedHead(_ record: HeadRecord) throws -> TrainedHead {
        guard let number = record.activeRevision else { throw TeachingError.notTrained(head: record.name) }
        let bytes = try contents(ofRevision: number, of: record)
        do {
            return try TrainedHead(decoding: bytes)
        } catch {
            throw TeachingError.storedHead(head: record.name, revision: number, reason: error.description)
        }
    }
}
