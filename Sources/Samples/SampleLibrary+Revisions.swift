import FoundationEssentials
import GRDB

extension SampleLibrary {
    /// Keeps a trained head.
    /// - Parameters:
    ///   - isActive: whether it is in use from now on.
    ///   - contents: the head's own form.
    /// - Returns: its number.
    package func addRevision(
        to head: HeadRecord, method: String, sampleCount: Int, wallNanoseconds: Int64, evaluation: String, contents: [UInt8], isActive: Bool
    ) throws(SampleError) -> Int {
        try write("keep a revision of \(head.name)") { database in
            let last = try Int.fetchOne(database, sql: "SELECT max(number) FROM revisions WHERE head_id = ?", arguments: [head.id]) ?? 0
            try database.execute(
                sql: """
                    INSERT INTO revisions (head_id, number, method, sample_count, wall_ns, evaluation, contents) VALUES (?, ?, ?, ?, ?, ?, ?)
                    """,
                arguments: [head.id, last + 1, method, sampleCount, wallNanoseconds, evaluation, Data(contents)])
            if isActive { try Self.activate(last + 1, head, database) }
            return last + 1
        }
    }

    /// The revisions of a head, the oldest first.
    package func revisions(of head: HeadRecord) throws(SampleError) -> [Revision] {
        try read("read revisions of \(head.name)") { database in
            let active = try Int.fetchOne(database, sql: "SELECT active_revision FROM heads WHERE id = ?", arguments: [head.id])
            return try Row.fetchAll(
                database, sql: "SELECT number, method, sample_count, wall_ns, evaluation FROM revisions WHERE head_id = ? ORDER BY number",
                arguments: [head.id]
            ).map { row in
                Revision(
                    number: row["number"], method: row["method"], sampleCount: row["sample_count"], wallNanoseconds: row["wall_ns"],
                    evaluation: row["evaluation"], isActive: row["number"] == active)
            }
        }
    }

    /// A revision as it was kept.
    /// - Throws: `SampleError.noSuchRevision`.
    package func contents(ofRevision number: Int, of head: HeadRecord) throws(SampleError) -> [UInt8] {
        let contents = try read("read revision \(number) of \(head.name)") { database in
            try Data.fetchOne(
                database, sql: "SELECT contents FROM revisions WHERE head_id = ? AND number = ?", arguments: [head.id, number])
        }
        guard let contents else { throw .noSuchRevision(number, head: head.name) }
        return [UInt8](contents)
    }

    /// Puts a revision in use.
    /// - Throws: `SampleError.noSuchRevision`.
    package func activate(_ number: Int, of head: HeadRecord) throws(SampleError) {
        guard try revisions(of: head).contains(where: { $0.number == number }) else { throw .noSuchRevision(number, head: head.name) }
        try write("activate revision \(number) of \(head.name)") { try Self.activate(number, head, $0) }
    }

    /// Goes back to the revision before the one in use.
    /// - Returns: its number.
    /// - Throws: `SampleError.noEarlierRevision`.
    package func rollBack(_ head: HeadRecord) throws(SampleError) -> Int {
        let revisions = try revisions(of: head)
        guard let active = revisions.last(where: \.isActive), let earlier = revisions.last(where: { $0.number < active.number }) else {
            throw .noEarlierRevision(head: head.name)
        }
        try activate(earlier.number, of: head)
        return earlier.number
    }

    private static func activate(_ number: Int, _ head: HeadRecord, _ database: Database) throws {
        try database.execute(sql: "UPDATE heads SET active_revision = ? WHERE id = ?", arguments: [number, head.id])
    }
}
