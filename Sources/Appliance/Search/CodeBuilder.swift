import FoundationEssentials
import Journal
import Learning
import Predictions
import Storage

/// Makes the codes of a journal's vectors: principal components of a sample of them, then the code of each.
struct CodeBuilder {
    /// Vectors from which the components are fitted.
    private static let sampleCount = 4096
    private static let chunkRows = 1024

    private let vectors: EventVectors
    private let key: CodeFile.Key

    init(_ vectors: EventVectors, _ key: CodeFile.Key) {
        self.vectors = vectors
        self.key = key
    }

    /// Writes the file of codes.
    /// - Throws: `StorageError` when the folder cannot be written, `LearningError`.
    func write(_ progress: (_ done: Int, _ total: Int) -> Void) throws {
        let coder = try coder()
        let rowCount = vectors.rowCount
        var row = 0
        try CodeFile.write(
            vectors.codePath, key, coder, rowCount: rowCount, tag: "\(ProcessInfo.processInfo.processIdentifier)"
        ) {
            progress(row, rowCount)
            var codes: [Int8] = []
            codes.reserveCapacity(Self.chunkRows * coder.dimension)
            for place in row..<min(row + Self.chunkRows, rowCount) {
                // A vector without a direction is like nothing.
                let code = unit(place).flatMap { try? coder.encode($0) }
                codes += code ?? [Int8](repeating: 0, count: coder.dimension)
            }
            row = min(row + Self.chunkRows, rowCount)
            return codes
        }
        progress(0, 0)
    }

    private func unit(_ row: Int) -> UnitEmbedding? {
        guard let elements = try? vectors.file.vector(at: row) else { return nil }
        return try? UnitEmbedding(Embedding(elements: elements, scale: 1, modelDigest: key.embedderDigest))
    }

    private func coder() throws -> CodeFile.Coder {
        let count = min(Self.sampleCount, vectors.rowCount)
        let samples = (0..<count).compactMap { unit($0 * vectors.rowCount / count) }
        var projection: Projection?
        if key.inputDimension > CodeFile.plainLimit {
            var statistics = try ConceptStatistics(dimension: key.inputDimension)
            try statistics.add(samples, to: "")
            projection = try Projection.fit(statistics, dimension: CodeFile.codeDimension)
        }
        let projected = samples.compactMap { sample in projection.map { try? $0.project(sample) } ?? sample }
        return CodeFile.Coder(projection: projection, code: try SearchCode(for: projected), inputDimension: key.inputDimension)
    }
}
