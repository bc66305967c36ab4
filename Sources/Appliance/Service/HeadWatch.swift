import Samples
import Synchronization
import Threads

/// Looks once a second whether a head that the workflow uses was trained anew. A thread of its own: fitting a head may take a second on a
/// small board, and neither frames nor the watchdog wait for it.
package final class HeadWatch: Sendable {
    private let stopping = Monitor(false)
    private let thread = Mutex<NamedThread?>(nil)

    /// - Parameter notify: called on the watch's thread.
    package init(
        _ library: HeadLibrary, interval: Duration = .seconds(1), notify: @escaping @Sendable (HeadLibrary.Change) -> Void
    ) {
        guard !library.isEmpty else { return }
        let stopping = stopping
        let started = NamedThread(name: "picket-heads") {
            var last: [HeadLibrary.Change] = []
            var connection: SampleLibrary?
            while stopping.wait(atMost: interval, for: { $0 ? true : nil }) == nil {
                let changes = library.refresh(&connection)
                // What stays wrong is told of once.
                for change in changes where !last.contains(change) { notify(change) }
                last = changes
            }
        }
        thread.withLock { $0 = started }
    }

    /// Waits for a fit that is under way.
    package func stop() {
        stopping.update { $0 = true }
        thread.withLock { $0?.join() }
    }
}
