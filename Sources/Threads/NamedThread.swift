import Synchronization

/// A thread of our own, with a name that `top -H` and core files show. It runs its body once and ends.
///
/// Blocking work (a camera, a disk, inference) never runs on Swift's cooperative pool: the pool has as many threads as the board has
/// cores, and one blocked thread would stop everything on a board with one. Whoever makes a thread stops it, by a signal of its own that the
/// body watches, and joins it; one that nobody joins cleans up after itself.
package final class NamedThread: Sendable {
    /// Less would be refused on arm64 (PTHREAD_STACK_MIN).
    private static let minimumStackByteCount = 1 << 17

    /// As `top -H` shows it.
    package let name: String
    /// Shared with the thread itself, which may outlive this object.
    private let isOver: Monitor<Bool>
    private let thread: Mutex<RunningThread?>

    /// Starts the thread.
    /// - Parameters:
    ///   - name: cut at 15 bytes, the kernel's limit.
    ///   - stackByteCount: at least 128 KiB.
    ///   - body: all that the thread does.
    /// - Throws: `ThreadsError.noThread` when the system has no room for another thread.
    package init(
        starting name: String, stackByteCount: Int = 1 << 20, body: @escaping @Sendable () -> Void
    ) throws(ThreadsError) {
        let name = String(decoding: name.utf8.prefix(15), as: UTF8.self)
        let isOver = Monitor(false)
        self.name = name
        self.isOver = isOver
        thread = try Mutex(
            RunningThread(name: name, stackByteCount: max(stackByteCount, Self.minimumStackByteCount)) {
                body()
                isOver.update { $0 = true }
            })
    }

    /// Starts a thread that the process cannot do without: ends the process when the system has no room for it. Parameters as above.
    package convenience init(name: String, stackByteCount: Int = 1 << 20, body: @escaping @Sendable () -> Void) {
        do {
            try self.init(starting: name, stackByteCount: stackByteCount, body: body)
        } catch {
            preconditionFailure(error.description)
        }
    }

    /// Whether the body has returned.
    package var isFinished: Bool { isOver.read { $0 } }

    /// Waits until the thread has ended. May be called more than once and by several threads, but not on the thread itself.
    package func join() {
        // Taken out under the lock, so joined once; another caller waits here until that is done.
        thread.withLock { $0.take()?.join() }
    }

    /// Waits until the thread has ended, at most until the time is over. Not to be called on the thread itself.
    /// - Returns: false when the time was over first; the thread runs on then, and this may be called again.
    package func join(within timeout: Duration) -> Bool {
        guard isOver.wait(atMost: timeout, for: { $0 ? true : nil }) == true else { return false }
        // The last instructions after the body take no time, so this join does not wait.
        join()
        return true
    }
}
