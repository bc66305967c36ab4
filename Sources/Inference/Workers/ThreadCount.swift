/// How many threads are worth having.
package enum ThreadCount {
    /// No layer of the models that a board can run falls into more parts worth a thread.
    package static let maximum = 16

    /// As many as asked for, but no more than the CPUs that this process may run on, since threads that wait for each other's CPU only lose
    /// time. 1 at least.
    package static func suitable(_ wanted: Int) -> Int { allowed(min(wanted, Processor.count)) }

    /// Into 1...maximum.
    static func allowed(_ wanted: Int) -> Int { min(max(wanted, 1), maximum) }
}
