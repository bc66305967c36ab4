import Glibc

/// A thread of our own, with a name that `top -H` shows, which is joined when its owner asks.
///
/// Blocking work (a camera, a disk, inference) never runs on Swift's cooperative pool: the pool has as many threads as the board has
/// cores, and one blocked thread would stop everything on a board with one.
package final class NamedThread: Sendable {
    private let handle: pthread_t
    private let joined = Monitor(false)

    /// Starts the thread.
    /// - Parameters:
    ///   - name: at most 15 letters, the kernel's limit.
    ///   - stackByteCount: at least 64 KiB.
    ///   - body: runs to its end; it must watch for its own stop signal.
    package init(name: String, stackByteCount: Int = 1 << 20, body: @escaping @Sendable () -> Void) {
        let start = unsafe Unmanaged.passRetained(Start(name: String(name.prefix(15)), body: body))
        var attributes = pthread_attr_t()
        var handle = pthread_t()
        // SAFETY: attributes is a local; the retained box is released by the new thread, exactly once.
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, max(stackByteCount, 1 << 16))
        let status = unsafe pthread_create(
            &handle, &attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                NamedThread.nameCurrentThread(start.name)
                start.body()
                return nil
            }, unsafe start.toOpaque())
        unsafe pthread_attr_destroy(&attributes)
        precondition(status == 0, "the kernel gave no thread: out of memory or TasksMax reached")
        self.handle = handle
    }

    /// Waits until the body has ended. May be called more than once.
    package func join() {
        joined.update { isJoined in
            // A thread is joined once, guarded by the monitor.
            if !isJoined { _ = pthread_join(handle, nil) }
            isJoined = true
        }
    }

    /// `pthread_setname_np` hides behind a C macro; the kernel takes the name from this file as well.
    private static func nameCurrentThread(_ name: String) {
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        _ = unsafe write(file, name, name.utf8.count)
        close(file)
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
