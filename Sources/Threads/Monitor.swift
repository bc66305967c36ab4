import Frames
import Glibc

/// A value behind a lock, whose change other threads can wait for (a mutex and a condition variable on the monotonic clock).
///
/// For the meeting points of threads; hot paths use atomics, and a `Doorbell` to wake who waits for them. Waiting never depends on the wall clock.
@safe package final class Monitor<Value>: @unchecked Sendable {
    // Invariant for Sendable: `value` is touched only between lock and unlock of `mutex`. Test: MonitorTests.
    private var value: Value
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let condition: UnsafeMutablePointer<pthread_cond_t>

    package init(_ value: sending Value) {
        self.value = value
        // SAFETY: both are allocated and initialised here, never moved, and destroyed in deinit.
        unsafe mutex = .allocate(capacity: 1)
        unsafe condition = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        // SAFETY: the attributes stay in one place from their initialisation to their destruction, and are freed last.
        let attributes = UnsafeMutablePointer<pthread_condattr_t>.allocate(capacity: 1)
        defer { unsafe attributes.deallocate() }
        unsafe pthread_condattr_init(attributes)
        unsafe pthread_condattr_setclock(attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(condition, attributes)
        unsafe pthread_condattr_destroy(attributes)
    }

    deinit {
        // SAFETY: nobody holds a reference any more, so nobody waits.
        unsafe pthread_cond_destroy(condition)
        unsafe pthread_mutex_destroy(mutex)
        unsafe condition.deallocate()
        unsafe mutex.deallocate()
    }

    /// Reads or changes the value; wakes everyone who waits.
    package func update<Result, Failure: Error>(_ body: (inout Value) throws(Failure) -> sending Result) throws(Failure) -> sending Result {
        // SAFETY: the mutex is valid for the lifetime of self.
        unsafe pthread_mutex_lock(mutex)
        defer {
            unsafe pthread_cond_broadcast(condition)
            unsafe pthread_mutex_unlock(mutex)
        }
        return try body(&value)
    }

    /// Reads the value without waking anyone.
    package func read<Result>(_ body: (borrowing Value) -> sending Result) -> sending Result {
        // SAFETY: as above.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(value)
    }

    /// Waits until the body gives a result or the time is over, whichever comes first. The body is called again after every update.
    package func wait<Result>(atMost timeout: Duration, for body: (inout Value) -> sending Result?) -> sending Result? {
        let deadline = SystemClock().now.advanced(by: max(timeout, .zero)).nanoseconds
        var moment = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
        // SAFETY: as above; the condition was made for the monotonic clock.
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&value) {
                unsafe pthread_cond_broadcast(condition)
                return result
            }
            // Anything but 0 is ETIMEDOUT.
            if unsafe pthread_cond_timedwait(condition, mutex, &moment) != 0 { return body(&value) }
        }
    }
}
