import FoundationEssentials
import Frames
import GRDB
package import Predictions
import Storage

extension SampleLibrary {
    /// What became of a sample that was to be added.
    package enum Addition: Sendable, Hashable {
        case added(Int64)
        /// The same region of the same picture was a sample of that concept already.
        case known(Int64)
    }

    /// Adds samples: all of them or, when one is refused, none. When this returns they survive a power cut.
    /// - Parameter wallNanoseconds: now.
    /// - Throws: `SampleError.otherEmbedder`, `.otherConcept`, `.name`, or what the disk says.
    package func add(_ samples: [NewSample], to head: HeadRecord, wallNanoseconds: Int64) throws(SampleError) -> [Addition] {
        for sample in samples {
            if let concept = sample.concept { try Self.checkName(concept) }
            guard sample.embedding.modelDigest == head.embedderDigest, sample.embedding.elements.count == head.dimension else {
                throw .otherEmbedder(
                    head: head.name, digest: head.embedderDigest, path: head.embedderPath, givenDigest: sample.embedding.modelDigest,
                    givenPath: "the given embedder")
            }
        }
        let lock = try writersLock()
        return try withExtendedLifetime(lock) { () throws(SampleError) in
            let firstRow = try nextRow(head)
            try Self.storing { () throws(StorageError) in
                try VectorFile(path: vectorPath(head.embedderDigest), digest: head.embedderDigest, dimension: head.dimension)
                    .write(samples.map(\.embedding.elements), at: firstRow)
            }
            return try write("add \(samples.count) samples") { database in
                var additions: [Addition] = []
                for (index, sample) in samples.enumerated() {
                    additions.append(try Self.insert(sample, row: firstRow + index, head, wallNanoseconds, database))
                }
                try database.execute(
                    sql: "UPDATE vector_files SET next_row = ? WHERE embedder_digest = ?",
                    arguments: [firstRow + samples.count, head.embedderDigest])
                return additions
            }
        }
    }

    private func nextRow(_ head: HeadRecord) throws(SampleError) -> Int {
        try read("read the next row") { database in
            try Int.fetchOne(database, sql: "SELECT next_row FROM vector_files WHERE embedder_digest = ?", arguments: [head.embedderDigest])
                ?? 0
        }
    }

    private static func insert(
        _ sample: NewSample, row: Int, _ head: HeadRecord, _ wallNanoseconds: Int64, _ database: Database
    ) throws -> Addition {
        let box = sample.box
        let known = try Row.fetchOne(
            database,
            sql: """
                SELECT s.id, c.name FROM samples s LEFT JOIN concepts c ON c.id = s.concept_id WHERE s.head_id = ? AND picture_digest = ?
                    AND box_left = ? AND box_top = ? AND box_right = ? AND box_bottom = ?
                """, arguments: [head.id, sample.pictureDigest, box.left, box.top, box.right, box.bottom])
        if let known {
            let concept: String? = known[1]
            guard concept == sample.concept else {
                throw SampleError.otherConcept(sample: known[0], concept: concept, wanted: sample.concept)
            }
            return .known(known[0])
        }
        var conceptID: Int64?
        if let concept = sample.concept {
            try database.execute(sql: "INSERT OR IGNORE INTO concepts (head_id, name) VALUES (?, ?)", arguments: [head.id, concept])
            conceptID = try Int64.fetchOne(
                database, sql: "SELECT id FROM concepts WHERE head_id = ? AND name = ?", arguments: [head.id, concept])
        }
        try database.execute(
            sql: """
                INSERT INTO samples (head_id, concept_id, picture_digest, box_left, box_top, box_right, box_bottom, source, wall_ns,
                    embedding_row, embedding_check) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                """,
            arguments: [
                head.id, conceptID, sample.pictureDigest, box.left, box.top, box.right, box.bottom, sample.source, wallNanoseconds, row,
                VectorFile.check(sample.embedding.elements),
            ])
        return .added(database.lastInsertedRowID)
    }

    /// A head's samples in the order in which they were added.
    package func samples(of head: HeadRecord) throws(SampleError) -> [Sample] {
        try read("read samples of \(head.name)") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT s.*, c.name AS concept FROM samples s LEFT JOIN concepts c ON c.id = s.concept_id WHERE s.head_id = ? ORDER BY s.id
                    """, arguments: [head.id]
            ).map(Self.sample)
        }
    }

    private static func sample(_ row: Row) -> Sample {
        let box = Box(left: row["box_left"], top: row["box_top"], right: row["box_right"], bottom: row["box_bottom"])
        let (concept, source): (String?, String) = (row["concept"], row["source"])
        return Sample(
            id: row["id"], concept: concept, pictureDigest: row["picture_digest"], box: box, source: source,
            wallNanoseconds: row["wall_ns"], row: row["embedding_row"], check: row["embedding_check"])
    }

    /// The embeddings of samples, one for each, in their order.
    /// - Throws: `StorageError.damaged`, which names the sample.
    package func embeddings(of samples: [Sample], _ head: HeadRecord) throws(SampleError) -> [Embedding] {
        let path = vectorPath(head.embedderDigest)
        let file = try Self.storing { () throws(StorageError) in
            try VectorFile(path: path, digest: head.embedderDigest, dimension: head.dimension)
        }
        var embeddings: [Embedding] = []
        embeddings.reserveCapacity(samples.count)
        for sample in samples {
            let elements = try Self.storing { () throws(StorageError) in try file.vector(at: sample.row) }
            guard VectorFile.check(elements) == sample.check else {
                throw .storage(
                    .damaged(
                        path: path,
                        reason: "the embedding of sample \(sample.id) is not the one that was stored; forget it and add it again"))
            }
            embeddings.append(Embedding(elements: elements, scale: head.scale, modelDigest: head.embedderDigest))
        }
        return embeddings
    }

    /// The concepts of a head with how many samples each has, by name; negatives are not among them.
    package func concepts(of head: HeadRecord) throws(SampleError) -> [(name: String, sampleCount: Int)] {
        try read("read concepts of \(head.name)") { database in
            try Row.fetchAll(
                database,
                sql: """
                    SELECT c.name, count(s.id) AS samples FROM concepts c LEFT JOIN samples s ON s.concept_id = c.id WHERE c.head_id = ?
                        GROUP BY c.id ORDER BY c.name
                    """, arguments: [head.id]
            ).map { ($0["name"], $0["samples"]) }
        }
    }

    /// Removes samples: all of them or, when one is not there, none.
    package func forget(_ ids: [Int64], from head: HeadRecord) throws(SampleError) {
        try write("forget samples") { database in
            for id in ids {
                try database.execute(sql: "DELETE FROM samples WHERE id = ? AND head_id = ?", arguments: [id, head.id])
                guard database.changesCount == 1 else { throw SampleError.noSuchSample(id, head: head.name) }
            }
            try database.execute(
                sql: "DELETE FROM concepts WHERE head_id = ? AND id NOT IN (SELECT concept_id FROM samples WHERE concept_id IS NOT NULL)",
                arguments: [head.id])
        }
    }

    /// Removes a concept with its samples.
    /// - Returns: how many samples went with it.
    package func removeConcept(_ name: String, from head: HeadRecord) throws(SampleError) -> Int {
        let concepts = try concepts(of: head)
        guard let concept = concepts.first(where: { $0.name == name }) else {
            throw .noSuchConcept(name, head: head.name, known: concepts.map(\.name))
        }
        try write("remove concept \(name)") {
            try $0.execute(sql: "DELETE FROM concepts WHERE head_id = ? AND name = ?", arguments: [head.id, name])
        }
        return concept.sampleCount
    }
}
