internal import Frames
internal import Glibc
import Synchronization

/// The only file that talks to the C library: the clock, a thread with a name, a bell to wake it, small files.
enum Syscalls {
    /// At most `limit` bytes of a small file, or nil when it cannot be read.
    static func contents(of path: String, limit: Int) -> [UInt8]? {
        // SAFETY: the path outlives the call.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: limit)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            // SAFETY: the count is the buffer's own.
            unsafe Glibc.read(file, buffer.baseAddress, buffer.count)
        }
        return count < 0 ? nil : Array(bytes.prefix(count))
    }

    /// What `top -H` and a core dump call the calling thread; at most 15 bytes. It stays unnamed where /proc is missing.
    static func nameThisThread(_ name: String) {
        // pthread_setname_np is not among the functions that Swift sees; the kernel takes the name through this file as well.
        // SAFETY: the path outlives the call.
        let file = unsafe open("/proc/thread-self/comm", O_WRONLY | O_CLOEXEC)
        guard file >= 0 else { return }
        let bytes = Array(name.utf8.prefix(15))
        // SAFETY: the count is the array's own.
        _ = unsafe write(file, bytes, bytes.count)
        close(file)
    }

    /// Lets other threads go first for a millisecond.
    static func pause() { usleep(1000) }

    static func time(_ clock: clockid_t) -> timespec {
        var time = timespec()
        // SAFETY: `time` is written before the call returns. It cannot fail for the two clocks in use.
        _ = unsafe clock_gettime(clock, &time)
        return time
    }
}

/// The machine's clocks.
struct MonotonicClock: Frames.Clock {
    var now: Timestamp { Timestamp(nanoseconds: Self.nanoseconds(Syscalls.time(CLOCK_MONOTONIC))) }
    var wallNanoseconds: Int64 { Self.nanoseconds(Syscalls.time(CLOCK_REALTIME)) }

    private static func nanoseconds(_ time: timespec) -> Int64 { Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec) }
}

/// Wakes one waiting thread. Ringing takes no lock and never blocks, so the pipeline may do it; rings between two waits count as one.
///
/// A pipe that is polled: a semaphore with a monotonic deadline is out of Swift's reach, a condition variable needs a shared lock.
final class Bell: Sendable {
    private let isRung = Atomic(false)
    private let readEnd: Int32
    private let writeEnd: Int32

    /// - Throws: `ActionsError.system` when the process has no file descriptors left.
    init() throws(ActionsError) {
        var ends: [Int32] = [-1, -1]
        // SAFETY: the array has room for the two descriptors that the call writes.
        guard unsafe pipe(&ends) == 0 else { throw .system(operation: "make a pipe", subject: "output thread", errno: errno) }
        (readEnd, writeEnd) = (ends[0], ends[1])
        for end in ends {
            _ = fcntl(end, F_SETFD, FD_CLOEXEC)
            _ = fcntl(end, F_SETFL, O_NONBLOCK)
        }
    }

    deinit {
        close(readEnd)
        close(writeEnd)
    }

    func ring() {
        if isRung.exchange(true, ordering: .acquiringAndReleasing) { return }
        var byte: UInt8 = 1
        // SAFETY: one byte from a variable of one byte. The pipe never fills: see `wait`.
        _ = unsafe write(writeEnd, &byte, 1)
    }

    /// Waits for a ring, at most for `time`, rounded up to the millisecond. Corresponds to poll, whose timeout is monotonic.
    func wait(atMost time: Duration) {
        let milliseconds = min(max(0, (time.wholeNanoseconds + 999_999) / 1_000_000), 60_000)
        var request = pollfd(fd: readEnd, events: Int16(POLLIN), revents: 0)
        // SAFETY: one pollfd. A signal (EINTR) is as good as a ring, since the caller looks at everything anyway.
        if unsafe poll(&request, 1, Int32(milliseconds)) > 0 {
            var bytes: UInt64 = 0
            // SAFETY: at most eight bytes into a variable of eight. More than one can lie there when a ring met the end of a wait.
            _ = unsafe read(readEnd, &bytes, 8)
        }
        // Before the caller looks at its work: a ring from now on writes again, and what was done before an earlier one is visible.
        _ = isRung.exchange(false, ordering: .acquiringAndReleasing)
    }
}

/// A running thread of the operating system.
struct NamedThread: ~Copyable {
    private let thread: pthread_t

    private final class Body: Sendable {
        let name: String
        let run: @Sendable () -> Void
        init(_ name: String, _ run: @escaping @Sendable () -> Void) { (self.name, self.run) = (name, run) }
    }

    /// - Parameter name: at most 15 bytes, as Linux wants it.
    /// - Throws: `ActionsError.system` when the system has no room for another thread.
    init(_ name: String, _ run: @escaping @Sendable () -> Void) throws(ActionsError) {
        var thread = pthread_t()
        let body = unsafe Unmanaged.passRetained(Body(name, run))
        // SAFETY: the thread takes over the reference that was retained here; if it does not start, it is given back below.
        let status = unsafe pthread_create(
            &thread, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
                Syscalls.nameThisThread(body.name)
                body.run()
                return nil
            }, body.toOpaque())
        guard status == 0 else {
            unsafe body.release()
            throw .system(operation: "start a thread", subject: name, errno: status)
        }
        self.thread = thread
    }

    /// Waits for the thread's end.
    consuming func join() {
        _ = pthread_join(thread, nil)
    }
}
