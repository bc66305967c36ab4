package import Frames
import Predictions
import Synchronization
import Threads

/// The detection log: a thread of its own that writes what it is given in group commits of at most a second.
///
/// Nobody ever waits for it: `record` puts an entry into a bounded queue and returns. When the disk is full, read-only or slow, entries wait
/// in memory (snapshots go first, then the oldest entries, all counted) and detection and outputs go on. A power cut takes at most the
/// entries of the last second.
package final class Journal: Sendable {
    /// Rows of one commit at most.
    static let batchLimit = 256
    /// Entries that wait in memory at most, and bytes of snapshots among them.
    static let queueLimit = 4096
    static let snapshotByteLimit = 16_000_000
    static let commitInterval = Duration.seconds(1)
    private static let retentionInterval = Duration.seconds(10)

    private let settings: StorageSettings
    private let facts: RunFacts
    private let clock: any Clock
    private let notify: @Sendable (JournalNotice) -> Void
    private let inbox = Monitor(Inbox())
    private let ticks = Atomic<UInt64>(0)
    private let thread = Mutex<NamedThread?>(nil)

    private struct Inbox: Sendable {
        var entries: [JournalEntry] = []
        var snapshotByteCount = 0
        var inFlight = 0
        var lost = 0
        var refusedSnapshots = 0
        /// Since writing last worked.
        var strippedEmbeddings = 0
        var isStopping = false
        var isIdle = false
        var failure: String?
        var written: UInt64 = 0
    }

    /// - Parameter notify: called on the journal's thread.
    package init(settings: StorageSettings, facts: RunFacts, clock: any Clock, notify: @escaping @Sendable (JournalNotice) -> Void) {
        self.settings = settings
        self.facts = facts
        self.clock = clock
        self.notify = notify
    }

    /// Starts the thread, which opens the database first; a database that cannot be opened is tried again until it can.
    package func start() {
        thread.withLock { $0 = $0 ?? NamedThread(name: "picket-journal") { [self] in run() } }
    }

    /// Writes what is waiting and ends the thread.
    /// - Returns: whether everything was written within the time.
    @discardableResult
    package func stop(within timeout: Duration = .seconds(1)) -> Bool {
        inbox.update { $0.isStopping = true }
        let isDone = inbox.wait(atMost: timeout) { $0.isIdle && $0.entries.isEmpty ? true : nil } ?? false
        if isDone { thread.withLock { $0?.join() } }
        return isDone
    }

    /// Never waits.
    package func record(_ entry: JournalEntry) {
        inbox.update { inbox in
            if entry.imageByteCount > 0 {
                guard inbox.failure == nil, inbox.snapshotByteCount + entry.imageByteCount <= Self.snapshotByteLimit else {
                    inbox.refusedSnapshots += 1
                    return
                }
                inbox.snapshotByteCount += entry.imageByteCount
            }
            if inbox.entries.count >= Self.queueLimit {
                let dropped = inbox.entries[inbox.inFlight..<inbox.inFlight + Self.queueLimit / 16]
                inbox.snapshotByteCount -= dropped.reduce(0) { $0 + $1.imageByteCount }
                // The entries of the commit under way stay: they are removed when it is done.
                inbox.entries.removeSubrange(inbox.inFlight..<inbox.inFlight + Self.queueLimit / 16)
                inbox.lost += Self.queueLimit / 16
            }
            inbox.entries.append(entry)
        }
    }

    /// Waits until all that was recorded so far is on the disk.
    @discardableResult
    package func flush(within timeout: Duration) -> Bool {
        inbox.wait(atMost: timeout) { $0.entries.isEmpty && $0.isIdle ? true : nil } ?? false
    }

    /// Counts the rounds of the thread, for the watchdog; a round takes at most about a second unless the disk hangs.
    package var tickCount: UInt64 { ticks.load(ordering: .relaxed) }

    package struct Status: Sendable, Hashable {
        package let waiting: Int
        package let written: UInt64
        package let lost: Int
        package let refusedSnapshots: Int
        /// Nil while writing works.
        package let failure: String?
    }

    package var status: Status {
        inbox.read {
            Status(
                waiting: $0.entries.count, written: $0.written, lost: $0.lost, refusedSnapshots: $0.refusedSnapshots, failure: $0.failure)
        }
    }

    // MARK: The thread

    private func run() {
        var journal: JournalDatabase?
        var nextRetention = clock.now
        while true {
            ticks.add(1, ordering: .relaxed)
            let batch = nextBatch()
            do throws(JournalError) {
                if journal == nil {
                    let opened = try JournalDatabase.open(folder: settings.path, facts: facts, notify: notify)
                    try Retention(settings: settings).sweepOrphans(opened, notify: notify)
                    try opened.repairVectors(notify: notify)
                    journal = opened
                }
                if let journal {
                    if !batch.isEmpty { try journal.write(batch) }
                    succeed(batch.count)
                    if clock.now >= nextRetention {
                        let retention = Retention(settings: settings)
                        let hasMore = try retention.enforce(journal, wallNanoseconds: clock.wallNanoseconds, notify: notify)
                        nextRetention = clock.now.advanced(by: hasMore ? .milliseconds(100) : Self.retentionInterval)
                    }
                }
            } catch {
                let hasLess = fail(error, batch)
                if let journal {
                    _ = try? Retention(settings: settings).enforce(journal, wallNanoseconds: clock.wallNanoseconds, notify: notify)
                }
                // At the end there is one more try when images or embeddings were given up: the rows alone may be written.
                if !hasLess, inbox.read({ $0.isStopping }) { break }
                _ = inbox.wait(atMost: Self.commitInterval) { $0.isStopping ? true : nil }
            }
            if inbox.read({ $0.isStopping && $0.entries.isEmpty }) { break }
        }
        inbox.update { $0.isIdle = true }
    }

    /// Waits for a second, or until there is enough for a commit or the end has come; then takes the oldest entries.
    private func nextBatch() -> [JournalEntry] {
        _ = inbox.wait(atMost: Self.commitInterval) { inbox in
            inbox.isIdle = inbox.entries.isEmpty
            return inbox.isStopping || inbox.entries.count >= Self.batchLimit ? true : nil
        }
        return inbox.update { inbox in
            let batch = Array(inbox.entries.prefix(Self.batchLimit))
            inbox.inFlight = batch.count
            inbox.isIdle = false
            return batch
        }
    }

    private func succeed(_ count: Int) {
        let (recovered, lost, stripped) = inbox.update { inbox in
            // Entries stay in the queue until they are on the disk.
            inbox.inFlight = 0
            let snapshots = inbox.entries.prefix(count).reduce(0) { $0 + $1.imageByteCount }
            inbox.entries.removeFirst(count)
            inbox.snapshotByteCount -= snapshots
            inbox.written += UInt64(count)
            let recovered = inbox.failure != nil
            inbox.failure = nil
            inbox.isIdle = inbox.entries.isEmpty
            defer { inbox.strippedEmbeddings = 0 }
            return (recovered, inbox.lost, inbox.strippedEmbeddings)
        }
        if recovered {
            if lost > 0 { notify(.lost(count: lost)) }
            if stripped > 0 { notify(.lostEmbeddings(count: stripped)) }
            notify(.recovered(written: count))
        }
    }

    /// - Returns: whether images or embeddings were given up, so that less is to be written.
    private func fail(_ error: JournalError, _ batch: [JournalEntry]) -> Bool {
        let reason = error.description
        let (isNew, waiting, hasLess) = inbox.update { inbox in
            let strippedBefore = inbox.strippedEmbeddings
            let isNew = inbox.failure == nil
            inbox.failure = reason
            inbox.inFlight = 0
            // Images go first: rows are small and say what happened.
            let before = inbox.entries.count
            inbox.entries.removeAll { $0.imageByteCount > 0 }
            inbox.refusedSnapshots += before - inbox.entries.count
            inbox.snapshotByteCount = 0
            // The same goes for embeddings; open events bring theirs again.
            for (index, entry) in inbox.entries.enumerated() {
                guard case .event(var event) = entry, event.look != nil else { continue }
                event.look = nil
                inbox.strippedEmbeddings += 1
                inbox.entries[index] = .event(event)
            }
            let hasLess = before > inbox.entries.count || inbox.strippedEmbeddings > strippedBefore
            return (isNew, inbox.entries.count, hasLess)
        }
        if isNew { notify(.failing(reason: reason, waiting: waiting)) }
        return hasLess
    }
}

extension JournalEntry {
    /// The bytes of the entry's image; 0 when it has none.
    fileprivate var imageByteCount: Int {
        switch self {
        case .snapshot(_, _, _, let jpeg, _): jpeg.count
        case .sample(let sample): sample.jpeg.count
        case .event, .edge: 0
        }
    }
}
