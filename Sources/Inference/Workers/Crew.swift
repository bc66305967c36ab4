import Threads

/// The threads that compute beside the runner's own. Gone when this is.
final class Crew: Sendable {
    private let workplace: Workplace
    private let threads: [NamedThread]

    /// Starts `plan.threadCount - 1` threads, or as many as the system has room for: fewer are slower and compute the same.
    init(_ workplace: Workplace) {
        self.workplace = workplace
        var threads: [NamedThread] = []
        for worker in 1..<workplace.plan.threadCount {
            // No room is no failure: see above.
            guard let thread = try? NamedThread(starting: "worker \(worker)", body: { workplace.work(as: worker) }) else { break }
            threads.append(thread)
        }
        self.threads = threads
    }

    deinit {
        workplace.close()
        for thread in threads { thread.join() }
    }
}
