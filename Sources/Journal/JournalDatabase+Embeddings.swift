import FoundationEssentials
import GRDB
import Predictions
import Storage

extension JournalDatabase {
    /// Keeps what events look like: the vectors are on the disk before the transaction that this is a part of commits the rows which name them.
    /// An embedding that the event has already is not written again.
    /// - Parameter looks: by the events' keys; the events are in the database.
    /// - Throws: `JournalError.storage`, `DatabaseError`.
    func keep(_ looks: [String: Event.Look], _ database: Database) throws {
        for (digest, group) in Dictionary(grouping: looks, by: \.value.embedding.modelDigest) {
            guard let first = group.first?.value else { continue }
            let file = try embedderFile(digest, first, database)
            var fresh: [(eventID: Int64, elements: [Int16], check: Int64)] = []
            for (key, look) in group where look.embedding.elements.count == file.dimension {
                let check = VectorFile.check(look.embedding.elements)
                let known = try Row.fetchOne(
                    database,
                    sql: """
                        SELECT e.id, v.embedder_id, v.embedding_check FROM events e LEFT JOIN event_embeddings v ON v.event_id = e.id
                            WHERE e.key = ?
                        """, arguments: [key])
                guard let known else { continue }
                // Both are null for an event without an embedding.
                let (knownEmbedder, knownCheck): (Int64?, Int64?) = (known["embedder_id"], known["embedding_check"])
                if knownEmbedder == file.id, knownCheck == check { continue }
                fresh.append((known["id"], look.embedding.elements, check))
            }
            guard !fresh.isEmpty else { continue }
            fresh.sort { $0.eventID < $1.eventID }
            do {
                try VectorFile(path: file.path(in: folder), digest: digest, dimension: file.dimension)
                    .write(fresh.map(\.elements), at: file.nextRow)
                if file.nextRow == 0 { try DurableFile.syncFolder(folder) }
            } catch {
                throw JournalError.storage(error)
            }
            for (index, row) in fresh.enumerated() {
                try database.execute(
                    sql: "INSERT OR REPLACE INTO event_embeddings (event_id, embedder_id, row, embedding_check) VALUES (?, ?, ?, ?)",
                    arguments: [row.eventID, file.id, file.nextRow + index, row.check])
            }
            try database.execute(
                sql: "UPDATE embedders SET next_row = ?, path = ? WHERE id = ?",
                arguments: [file.nextRow + fresh.count, first.embedderPath, file.id])
        }
    }

    private func embedderFile(_ digest: String, _ look: Event.Look, _ database: Database) throws -> EmbedderFile {
        if let known = try EmbedderFile.find(digest, database) { return known }
        try database.execute(
            sql: "INSERT INTO embedders (digest, path, dimension, scale, generation, next_row) VALUES (?, ?, ?, ?, 1, 0)",
            arguments: [digest, look.embedderPath, look.embedding.elements.count, Double(look.embedding.scale)])
        guard let file = try EmbedderFile.find(digest, database) else { throw DatabaseError(resultCode: .SQLITE_INTERNAL) }
        return file
    }

    // MARK: After a power cut

    /// Makes files and rows agree: what lies behind the last row of a file is cut off, rows whose vector is not there are dropped, and files
    /// that no row names go. Called at start.
    func repairVectors(notify: (JournalNotice) -> Void) throws(JournalError) {
        do {
            for file in try queue.read(EmbedderFile.all) { try repair(file, notify) }
            let named = Set(try queue.read(EmbedderFile.all).map(\.stem))
            for name in try FileManager.default.contentsOfDirectory(atPath: folder) where EmbedderFile.isName(name) {
                let stem = name.split(separator: ".").first.map(String.init) ?? ""
                if !named.contains(stem) || name.hasSuffix(".tmp") { DurableFile.remove(folder + "/" + name) }
            }
        } catch let error as JournalError {
            throw error
        } catch {
            throw .database(operation: "look after the embeddings", reason: "\(error)")
        }
    }

    private func repair(_ file: EmbedderFile, _ notify: (JournalNotice) -> Void) throws {
        let path = file.path(in: folder)
        let reason: String
        do throws(StorageError) {
            guard file.nextRow > 0 || FileManager.default.fileExists(atPath: path) else { return }
            let vectors = try VectorFile(reading: path, digest: file.digest, dimension: file.dimension)
            let count = try vectors.rowCount()
            if count >= file.nextRow {
                try VectorFile(path: path, digest: file.digest, dimension: file.dimension).cut(toRowCount: file.nextRow)
                return
            }
            let dropped = try? drop(file, from: count, generation: file.generation)
            notify(.droppedEmbeddings(count: dropped ?? 0, reason: "\(path) ends before them"))
            return
        } catch {
            switch error {
            // What cannot be read now may be readable later; writing says what is wrong.
            case .file where FileManager.default.fileExists(atPath: path): return
            case .file, .damaged: reason = error.description
            }
        }
        // The next generation begins empty; what is there may be of use to somebody and stays under another name.
        try? FileManager.default.moveItem(atPath: path, toPath: path + ".corrupt-\(facts.keyPrefix)")
        let dropped = try drop(file, from: 0, generation: file.generation + 1)
        notify(.droppedEmbeddings(count: dropped, reason: reason))
    }

    private func drop(_ file: EmbedderFile, from row: Int, generation: Int64) throws -> Int {
        try queue.write { database in
            try database.execute(sql: "DELETE FROM event_embeddings WHERE embedder_id = ? AND row >= ?", arguments: [file.id, row])
            let count = database.changesCount
            try database.execute(
                sql: "UPDATE embedders SET next_row = ?, generation = ? WHERE id = ?", arguments: [row, generation, file.id])
            return count
        }
    }

    // MARK: Events that are gone

    /// Rows of events that are gone before a file is worth writing anew.
    static let compactionFloor = 256

    /// Writes the files anew of which more than half is of events that are gone.
    /// - Returns: whether there was one.
    func compactVectors(notify: (JournalNotice) -> Void) throws -> Bool {
        for file in try queue.read(EmbedderFile.all) {
            let live = try queue.read {
                try Int.fetchOne($0, sql: "SELECT count(*) FROM event_embeddings WHERE embedder_id = ?", arguments: [file.id]) ?? 0
            }
            let dead = file.nextRow - live
            guard dead > live, dead >= Self.compactionFloor else { continue }
            // Both files are there for a while.
            if let free = Syscalls.diskSpace(folder)?.free, free < Int64(2 * file.dimension * live) + 1 << 20 { continue }
            try compact(file)
            notify(.compactedEmbeddings(live: live, dead: dead))
            return true
        }
        return false
    }

    /// The new file is whole and synced before the commit that names it; the old one goes after that.
    private func compact(_ file: EmbedderFile) throws {
        let next = EmbedderFile.stem(file.digest, file.generation + 1)
        let path = folder + "/" + next + EmbedderFile.suffix
        let rows = try queue.read {
            try Int.fetchAll($0, sql: "SELECT row FROM event_embeddings WHERE embedder_id = ? ORDER BY row", arguments: [file.id])
        }
        DurableFile.remove(path)
        do throws(StorageError) {
            let old = try VectorFile(reading: file.path(in: folder), digest: file.digest, dimension: file.dimension)
            let new = try VectorFile(path: path, digest: file.digest, dimension: file.dimension)
            var place = 0
            while place < rows.count {
                var chunk: [[Int16]] = []
                for row in rows[place..<min(place + 256, rows.count)] { chunk.append(try old.vector(at: row)) }
                try new.put(chunk, at: place)
                place += chunk.count
            }
            try new.sync()
            try DurableFile.syncFolder(folder)
        } catch {
            DurableFile.remove(path)
            throw JournalError.storage(error)
        }
        try queue.write { database in
            for (place, row) in rows.enumerated() where place != row {
                // Ascending, and never up: the place is free.
                try database.execute(
                    sql: "UPDATE event_embeddings SET row = ? WHERE embedder_id = ? AND row = ?", arguments: [place, file.id, row])
            }
            try database.execute(
                sql: "UPDATE embedders SET generation = ?, next_row = ? WHERE id = ?",
                arguments: [file.generation + 1, rows.count, file.id])
        }
        for suffix in [EmbedderFile.suffix, EmbedderFile.codeSuffix] { DurableFile.remove(folder + "/" + file.stem + suffix) }
    }
}
