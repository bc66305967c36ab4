import Glibc

/// What this module asks of the C library, but for the lock of `Monitor`: the clocks here, threads and pipes below.
enum Syscalls {
    static func monotonicNanoseconds() -> Int64 { read(CLOCK_MONOTONIC) }
    static func wallNanoseconds() -> Int64 { read(CLOCK_REALTIME) }

    static func sleep(nanoseconds: Int64) {
        guard nanoseconds > 0 else { return }
        var time = timespec(tv_sec: Int(nanoseconds / 1_000_000_000), tv_nsec: Int(nanoseconds % 1_000_000_000))
        // SAFETY: one structure, lent for the call.
        _ = unsafe nanosleep(&time, nil)
    }

    /// Corresponds to sched_yield, which cannot fail.
    static func yield() { _ = sched_yield() }

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        // SAFETY: one structure, filled by the call, which cannot fail for these two clocks.
        _ = unsafe clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}

/// A started thread of the system; who holds it joins it or lets it go.
struct RunningThread: ~Copyable, Sendable {
    private let handle: pthread_t

    /// What the new thread takes with it.
    private final class Start: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) { (self.name, self.body) = (name, body) }
    }

    /// Corresponds to pthread_create.
    /// - Throws: `ThreadsError.noThread`.
    init(name: String, stackByteCount: Int, body: @escaping @Sendable () -> Void) throws(ThreadsError) {
        var handle = pthread_t()
        // SAFETY: the attributes stay in one place from their initialisation to their destruction, and are freed last.
        let attributes = UnsafeMutablePointer<pthread_attr_t>.allocate(capacity: 1)
        defer { unsafe attributes.deallocate() }
        unsafe pthread_attr_init(attributes)
        defer { unsafe pthread_attr_destroy(attributes) }
        unsafe pthread_attr_setstacksize(attributes, stackByteCount)
        // SAFETY: the box is retained here and released once: by the new thread, or below when there is none.
        let box = unsafe Unmanaged.passRetained(Start(name: name, body: body))
        let status = unsafe pthread_create(
            &handle, attributes,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let start = unsafe Unmanaged<Start>.fromOpaque(argument).takeRetainedValue()
                RunningThread.nameCurrentThread(start.name)
                start.body()
                return nil
            }, box.toOpaque())
        guard status == 0 else {
            unsafe box.release()
            throw .noThread(name: name, errno: status)
        }
        self.handle = handle
    }

    /// Nobody waits for the thread: it cleans up after itself.
    deinit { pthread_detach(handle) }

    /// Waits until the thread has ended.
    consuming func join() {
        let handle = self.handle
        discard self
        // Joined once, since there is no `self` any more.
        _ = pthread_join(handle, nil)
    }

    /// For people only, so a system without /proc does not matter. Corresponds to pthread_setname_np, which Swift cannot see.
    private static func nameCurrentThread(_ name: String) {
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        // SAFETY: the string's bytes are lent for the call, and the count is theirs.
        _ = unsafe write(file, name, name.utf8.count)
        _ = close(file)
    }
}

/// A pipe whose content means nothing: that there is any wakes who waits. (An eventfd would do as well; Swift cannot see it.)
struct WakePipe: ~Copyable, Sendable {
    private let readEnd: Int32
    private let writeEnd: Int32

    /// - Throws: `ThreadsError.noDescriptor`.
    init() throws(ThreadsError) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the array has room for the two descriptors that the call writes.
        guard unsafe pipe(&ends) == 0 else { throw .noDescriptor(errno: errno) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        _ = close(readEnd)
        _ = close(writeEnd)
    }

    /// Puts one byte in. Never blocks: if there were no room, the pipe would be full, and that wakes as well.
    func put() {
        var byte: UInt8 = 1
        // SAFETY: one byte from a variable of one byte.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Waits until there is something, takes it out, and returns; or returns because the time is over or a signal of the system came.
    /// Corresponds to poll, whose time is monotonic and counts in milliseconds, rounded up here.
    func take(atMost nanoseconds: Int64) {
        let milliseconds = Int32(clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 > 0 ? 1 : 0))
        var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure, lent for the call.
        guard unsafe poll(&request, 1, max(0, milliseconds)) > 0 else { return }
        var bytes: UInt64 = 0
        // SAFETY: at most eight bytes into a variable of eight.
        _ = unsafe read(readEnd, &bytes, 8)
    }
}
