import Glibc

/// Takes SIGTERM, SIGINT and SIGHUP out of the way of all threads, to be waited for by one.
///
/// Make it before any other thread starts, since a thread inherits the mask of the one that makes it.
package struct SignalQueue: Sendable {
    package enum Request: Sendable, Equatable { case stop, reload }

    package init() {
        var set = Self.signals()
        // SAFETY: a local set is read.
        unsafe pthread_sigmask(SIG_BLOCK, &set, nil)
        // A pipe or socket whose reader went away is an error of that write, not the end of the process.
        _ = signal(SIGPIPE, SIG_IGN)
    }

    /// Waits for a signal.
    /// - Returns: nil when none came within the time.
    package func wait(atMost timeout: Duration) -> Request? {
        var set = Self.signals()
        let nanoseconds = timeout.components.attoseconds / 1_000_000_000
        var time = timespec(tv_sec: Int(timeout.components.seconds), tv_nsec: Int(nanoseconds))
        // SAFETY: local values; no information about the signal is asked for.
        switch unsafe sigtimedwait(&set, nil, &time) {
        case SIGTERM, SIGINT: return .stop
        case SIGHUP: return .reload
        default: return nil
        }
    }

    private static func signals() -> sigset_t {
        var set = sigset_t()
        // SAFETY: a local set is filled.
        unsafe sigemptyset(&set)
        for number in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&set, number) }
        return set
    }
}
