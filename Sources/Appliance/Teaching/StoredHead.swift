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

    /// A head of the nearest samples, which needs no training.
    /// - Returns: the head, and how many samples it has.
    /// - Throws: `SampleError`, `TeachingError.learning` without samples.
    package func neighboursHead(_ record: HeadRecord, count k: Int) throws -> (TrainedHead, sampleCount: Int) {
        let samples = try samples(of: record).filter { $0.concept != nil }
        let embeddings = try embeddings(of: samples, record)
        do throws(LearningError) {
            let space = try EmbeddingSpace(embedderDigest: record.embedderDigest, inputDimension: record.dimension)
            var units: [String: [UnitEmbedding]] = [:]
            for (sample, embedding) in zip(samples, embeddings) {
                units[sample.concept ?? "", default: []].append(try space.unit(embedding))
            }
            let head = try TrainedHead(space: space, method: .nearestNeighbours(k: k), evidence: .samples(units), noveltyLimit: nil)
            return (head, samples.count)
        } catch {
            throw TeachingError.learning(error)
        }
    }
}
