import Frames
import Glibc
import Synchronization

/// A named thread of the system, for work that must not block the cooperative pool: capture, inference, outputs.
///
/// It runs its body once and ends. Whoever makes one stops it (by a flag of its own that the body watches) and joins it.
package final class WorkerThread: Sendable {
    package let name: String
    private let finished: Signal
    private let isDone: Done
    private let thread: Mutex<pthread_t?>

    /// Shared with the thread itself, so that it may outlive this object.
    private final class Done: Sendable {
        let flag = Atomic<Bool>(false)
    }

    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }

    /// Starts the thread.
    /// - Parameters:
    ///   - name: seen in `top -H` and in core files, cut at 15 bytes.
    ///   - stackByteCount: at least 64 KiB; rounded up by the system.
    ///   - body: all that the thread does.
    /// - Throws: `CaptureError.refused` when the system has no room for a thread.
    package init(name: String, stackByteCount: Int = 1 << 20, body: @escaping @Sendable () -> Void) throws(CaptureError) {
        let finished = Signal()
        let isDone = Done()
        let start = Start(name: String(decoding: name.utf8.prefix(15), as: UTF8.self)) {
            body()
            isDone.flag.store(true, ordering: .releasing)
            finished.post()
        }
        var handle = pthread_t()
        // SAFETY: the attributes are initialised before use, destroyed after it, and freed last.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { unsafe attributes.deallocate() }
        unsafe pthread_attr_init(attributes)
        defer { unsafe pthread_attr_destroy(attributes) }
        _ = unsafe pthread_attr_setstacksize(attributes, max(stackByteCount, 1 << 16))
        // SAFETY: the box is retained here and released once: by the thread, or below when there is no thread.
        let box = unsafe Unmanaged.passRetained(start)
        let result = unsafe pthread_create(
            &handle, attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                WorkerThread.nameThisThread(start.name)
                start.body()
                return nil
            }, box.toOpaque())
        guard result == 0 else {
            unsafe box.release()
            throw .refused(.createThread, Errno(code: result), subject: name, stream: nil)
        }
        self.name = name
        self.finished = finished
        self.isDone = isDone
        thread = Mutex(handle)
    }

    deinit {
        // A thread that nobody joined cleans up after itself.
        if let handle = thread.withLock({ $0 }) { pthread_detach(handle) }
    }

    /// For people only, so a system without /proc does not matter. Corresponds to pthread_setname_np, which Swift cannot see.
    private static func nameThisThread(_ name: String) {
        let descriptor = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        // SAFETY: the string's bytes are lent for the call.
        _ = unsafe write(descriptor, name, name.utf8.count)
        _ = close(descriptor)
    }

    /// Whether the body has returned.
    package var isFinished: Bool { isDone.flag.load(ordering: .acquiring) }

    /// Waits until the body has returned, then frees the thread. Not to be called on the thread itself.
    /// - Returns: false when the time was over first; the thread runs on then, and this may be called again.
    package func join(within timeout: Duration) -> Bool {
        let clock = SystemClock()
        let deadline = clock.now.advanced(by: timeout)
        while !isFinished {
            let left = deadline.since(clock.now)
            if left <= .zero { return false }
            finished.wait(for: left)
        }
        // The last instructions after the body take no time, so this join does not wait.
        if let handle = thread.withLock({ $0.take() }) {
            // Taken out under the lock, so joined once.
            _ = pthread_join(handle, nil)
        }
        // Another waiter, if there is one, must see it too.
        finished.post()
        return true
    }
}
