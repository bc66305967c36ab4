/// What the system had no room for. Both are rare and pass: the owner may try again.
package enum ThreadsError: Error, Sendable, Hashable {
    /// No thread could be started: out of memory, or a limit on threads is reached. `errno` is that of pthread_create.
    case noThread(name: String, errno: Int32)
    /// No file descriptor is left to wake a thread with. `errno` is that of pipe.
    case noDescriptor(errno: Int32)
}

extension ThreadsError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noThread(let name, let errno):
            "the system has no room for the thread '\(name)' (pthread_create: errno \(errno)): free memory, or raise TasksMax of the service"
        case .noDescriptor(let errno): "too many files are open (pipe: errno \(errno)): raise LimitNOFILE of the service"
        }
    }
}
