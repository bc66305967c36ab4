import GRDB
package import Predictions
package import Storage

/// An embedder whose vectors the journal has.
package struct JournalEmbedder: Sendable, Hashable {
    let id: Int64
    /// SHA-256 of the model's file, in hexadecimal.
    package let digest: String
    /// Where the model lay when the latest vector was logged.
    package let path: String
    package let dimension: Int
    /// Value of an element = scale * element.
    package let scale: Float
    /// Events that have a vector of it.
    package let eventCount: Int
}

/// The vectors of one embedder as they lie in one generation of its file, which stays readable even when another takes its place.
package struct EventVectors: Sendable {
    package let embedder: JournalEmbedder
    package let file: VectorFile
    /// Counts how often the file was written anew; rows of two generations are not the same.
    package let generation: Int64
    /// Rows that are on the disk, also of events that are gone.
    package let rowCount: Int
    /// Where what is made of the vectors may be kept.
    package let codePath: String
}

/// An event that has a vector.
package struct EmbeddedEvent: Sendable, Hashable {
    package let row: Int
    package let record: JournalReader.Record
    let check: Int64

    /// Whether a vector is the one that was logged.
    package func isIntact(_ elements: [Int16]) -> Bool { VectorFile.check(elements) == check }
}

extension JournalReader {
    /// The embedders that events have vectors of, that of the latest event first.
    package func embedders() throws(JournalError) -> [JournalEmbedder] {
        try reading("read the embedders") { database in
            // A journal that was begun before there were embeddings, and that no daemon has opened since.
            guard try database.tableExists("embedders") else { return [] }
            return try Row.fetchAll(
                database,
                sql: """
                    SELECT e.*, count(v.event_id) AS events, max(v.event_id) AS latest FROM embedders e
                        JOIN event_embeddings v ON v.embedder_id = e.id GROUP BY e.id ORDER BY latest DESC
                    """
            ).map(Self.embedder)
        }
    }

    private static func embedder(_ row: Row) -> JournalEmbedder {
        JournalEmbedder(
            id: row["id"], digest: row["digest"], path: row["path"], dimension: row["dimension"], scale: Float(row["scale"] as Double),
            eventCount: row["events"])
    }

    /// Opens the vectors of an embedder, and tells the rows of the events that a query asks for (its limit does not count), ascending.
    /// - Throws: `JournalError.storage` when the file cannot be read, or is not that of the embedder.
    package func vectors(
        of embedder: JournalEmbedder, _ query: Query = Query(), row: (Int) -> Void
    ) throws(JournalError) -> EventVectors {
        var failure = StorageError.damaged(path: folder, reason: "its files of embeddings change all the time")
        for _ in 0..<3 {
            let file = try reading("read the embedder") { try EmbedderFile.find(embedder.digest, $0) }
            guard let file else { break }
            let vectors: VectorFile
            do throws(StorageError) {
                vectors = try VectorFile(reading: file.path(in: folder), digest: file.digest, dimension: file.dimension)
            } catch {
                // It may have been replaced since the look into the database: the next look finds the new one.
                failure = error
                continue
            }
            let isSame = try reading("read the rows of embeddings") { database in
                guard try EmbedderFile.find(embedder.digest, database)?.generation == file.generation else { return false }
                var (conditions, arguments) = query.conditions
                // Nobody looks at a million events to learn that all are asked for.
                let join = conditions.isEmpty ? "" : "JOIN events e ON e.id = v.event_id"
                conditions.append("v.embedder_id = ?")
                arguments += [file.id]
                let cursor = try Int.fetchCursor(
                    database,
                    sql: """
                        SELECT v.row FROM event_embeddings v \(join)
                            WHERE \(conditions.joined(separator: " AND ")) ORDER BY v.row
                        """, arguments: arguments)
                while let next = try cursor.next() { if next < file.nextRow { row(next) } }
                return true
            }
            if isSame {
                return EventVectors(
                    embedder: embedder, file: vectors, generation: file.generation, rowCount: file.nextRow,
                    codePath: folder + "/" + file.stem + EmbedderFile.codeSuffix)
            }
        }
        throw .storage(failure)
    }

    /// The events of rows, in the order of the rows asked for; those that are gone since are left out.
    /// - Returns: nil when the file was written anew since `vectors` were opened: the rows are those of other events.
    package func events(at rows: [Int], of vectors: EventVectors) throws(JournalError) -> [EmbeddedEvent]? {
        try reading("read the events of embeddings") { database in
            guard try EmbedderFile.find(vectors.embedder.digest, database)?.generation == vectors.generation else { return nil }
            var events: [EmbeddedEvent] = []
            events.reserveCapacity(rows.count)
            for row in rows {
                guard
                    let found = try Row.fetchOne(
                        database,
                        sql: """
                            SELECT e.*, r.boot_id, r.configuration_digest, r.model_digests, v.embedding_check FROM event_embeddings v
                                JOIN events e ON e.id = v.event_id JOIN runs r ON r.id = e.run_id WHERE v.embedder_id = ? AND v.row = ?
                            """, arguments: [vectors.embedder.id, row])
                else { continue }
                events.append(EmbeddedEvent(row: row, record: try record(found, database), check: found["embedding_check"]))
            }
            return events
        }
    }

    /// The embedder whose vector an event has, and the vector's row; nil for an event without one.
    /// - Throws: `JournalError.notFound` when there is no such event.
    package func embedding(ofEvent id: Int64) throws(JournalError) -> (embedder: JournalEmbedder, embedding: Embedding)? {
        _ = try event(id: id)
        let all = try embedders()
        for embedder in all {
            let row = try reading("read the embedding of event \(id)") {
                try Int.fetchOne(
                    $0, sql: "SELECT row FROM event_embeddings WHERE event_id = ? AND embedder_id = ?", arguments: [id, embedder.id])
            }
            guard let row else { continue }
            let vectors = try vectors(of: embedder) { _ in }
            guard let event = try events(at: [row], of: vectors)?.first else { continue }
            let elements: [Int16]
            do { elements = try vectors.file.vector(at: row) } catch { throw .storage(error) }
            guard event.isIntact(elements) else {
                throw .storage(.damaged(path: vectors.file.path, reason: "the embedding of event \(id) is not the one that was logged"))
            }
            return (embedder, Embedding(elements: elements, scale: embedder.scale, modelDigest: embedder.digest))
        }
        return nil
    }

    private func reading<T>(_ operation: String, _ body: (Database) throws -> T) throws(JournalError) -> T {
        do { return try queue.read(body) } catch { throw .database(operation: operation, reason: "\(error)") }
    }
}
