import Frames
import Glibc

/// Wakes one waiting thread; remembers one call that came before the wait. Any thread may call any of its methods.
///
/// Unchecked: its state is touched only between the lock and the unlock of its own mutex, by `post` and `wait`, and the three allocations
/// live exactly as long as the object (`SignalTests` runs it under contention).
@safe package final class Signal: @unchecked Sendable {
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>
    private var isSet = false

    package init() {
        // SAFETY: initialised here before any use, destroyed and freed in deinit, when nobody can be waiting any more.
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        let attributes = UnsafeMutablePointer<pthread_condattr_t>.allocate(capacity: 1)
        defer { unsafe attributes.deallocate() }
        _ = unsafe pthread_mutex_init(mutex, nil)
        _ = unsafe pthread_condattr_init(attributes)
        // The wall clock jumps; waits must not.
        _ = unsafe pthread_condattr_setclock(attributes, CLOCK_MONOTONIC)
        _ = unsafe pthread_cond_init(condition, attributes)
        _ = unsafe pthread_condattr_destroy(attributes)
    }

    deinit {
        _ = unsafe pthread_cond_destroy(condition)
        _ = unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Wakes the thread that waits, or the next one that will.
    package func post() {
        // SAFETY: both objects are initialised (see init).
        _ = unsafe pthread_mutex_lock(mutex)
        isSet = true
        _ = unsafe pthread_cond_signal(condition)
        _ = unsafe pthread_mutex_unlock(mutex)
    }

    /// Waits for `post`, at most until the time is over, and forgets it.
    /// - Returns: whether it came.
    @discardableResult package func wait(for timeout: Duration) -> Bool {
        let end = SystemClock().now.advanced(by: max(timeout, .zero)).nanoseconds
        var deadline = timespec(tv_sec: Int(end / 1_000_000_000), tv_nsec: Int(end % 1_000_000_000))
        // SAFETY: both objects are initialised (see init); the deadline is lent for the call.
        _ = unsafe pthread_mutex_lock(mutex)
        defer { _ = unsafe pthread_mutex_unlock(mutex) }
        while !isSet {
            guard unsafe pthread_cond_timedwait(condition, mutex, &deadline) == 0 else { break }
        }
        defer { isSet = false }
        return isSet
    }
}
