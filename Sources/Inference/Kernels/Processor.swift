import CKernels

/// The CPU that this thread runs on.
enum Processor {
    /// CPUs that this process may run on; 1 or more.
    static var count: Int { max(1, Int(pk_cpu_count())) }

    /// Tells the CPU that the thread spins, so that it spares power and its sibling on the same core.
    @inline(__always)
    static func pause() { pk_cpu_pause() }
}
