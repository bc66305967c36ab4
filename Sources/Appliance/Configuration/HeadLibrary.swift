import FoundationEssentials
import Learning
package import Samples
import Settings
import Synchronization
import Workflow

/// The heads that a configuration's nodes use: each loaded once, and replaced while the workflow runs when it was trained anew.
package final class HeadLibrary: Sendable {
    private struct Key: Hashable {
        let name: String
        /// Nil for the head as it was trained.
        let neighbours: Int?
    }

    private struct Entry {
        let slot: HeadSlot
        var version: String
    }

    /// A head that was looked at again.
    package enum Change: Sendable, Hashable, CustomStringConvertible {
        case replaced(head: String, version: String)
        /// The one in use stays.
        case failed(head: String, reason: String)

        package var description: String {
            switch self {
            case .replaced(let head, let version): "head '\(head)': \(version) is in use"
            case .failed(let head, let reason): "head '\(head)' cannot be brought up to date, the one in use stays: \(reason)"
            }
        }
    }

    private let folder: String
    private let entries = Mutex<[Key: Entry]>([:])

    /// - Parameter folder: of the samples and heads; it need not be there while no node asks for a head.
    package init(folder: String) { self.folder = folder }

    var isEmpty: Bool { entries.withLock { $0.isEmpty } }

    /// The slot of a head, filled.
    func slot(_ name: String, neighbours: Int?, node: SettingsNode, issues: IssueCollector) -> HeadSlot? {
        let key = Key(name: name, neighbours: neighbours)
        if let known = entries.withLock({ $0[key]?.slot }) { return known }
        do {
            let (content, version) = try load(key, from: try open())
            let slot = HeadSlot(name: name, content)
            entries.withLock { $0[key] = Entry(slot: slot, version: version) }
            return slot
        } catch {
            issues.add(
                at: node, "\(error)", suggestion: "heads are looked for in \(folder); learning: {library: FOLDER} names another place")
            return nil
        }
    }

    /// Loads the heads that were trained anew since the last call, and puts them in use. Takes as long as a fit takes; any thread.
    /// - Parameter connection: kept open by the caller: a database that is opened and closed each second wears a card.
    package func refresh(_ connection: inout SampleLibrary?) -> [Change] {
        let known = entries.withLock { $0.mapValues(\.version) }
        guard !known.isEmpty else { return [] }
        var changes: [Change] = []
        for (key, version) in known.sorted(by: { ($0.key.name, $0.key.neighbours ?? 0) < ($1.key.name, $1.key.neighbours ?? 0) }) {
            do {
                let library = try connection ?? open()
                connection = library
                guard try Self.version(key, in: library) != version else { continue }
                let (content, now) = try load(key, from: library)
                entries.withLock { entries in
                    entries[key]?.slot.replace(content)
                    entries[key]?.version = now
                }
                changes.append(.replaced(head: key.name, version: content.version))
            } catch {
                changes.append(.failed(head: key.name, reason: "\(error)"))
            }
        }
        return changes
    }

    /// A library that is there already: reading a configuration begins none.
    private func open() throws -> SampleLibrary {
        guard SampleLibrary.exists(in: folder) else { throw SampleError.folder(path: folder, reason: "there are no heads in it yet") }
        return try SampleLibrary(folder: folder)
    }

    /// What changes whenever the head in use does.
    private static func version(_ key: Key, in library: SampleLibrary) throws -> String {
        let record = try library.head(key.name)
        guard key.neighbours != nil else { return "\(record.id) \(record.activeRevision ?? 0)" }
        let samples = try library.samples(of: record)
        return "\(record.id) \(samples.count) \(samples.last?.id ?? 0)"
    }

    private func load(_ key: Key, from library: SampleLibrary) throws -> (HeadSlot.Content, String) {
        let version = try Self.version(key, in: library)
        let record = try library.head(key.name)
        if let neighbours = key.neighbours {
            let (head, count) = try library.neighboursHead(record, count: neighbours)
            return (HeadSlot.Content(head: head, version: "nearest of \(count) samples"), version)
        }
        let head = try library.trainedHead(record)
        return (HeadSlot.Content(head: head, version: "revision \(record.activeRevision ?? 0)"), version)
    }
}
