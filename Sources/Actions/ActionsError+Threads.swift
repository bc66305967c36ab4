import Threads

extension ActionsError {
    /// The output thread could not be started.
    init(_ error: ThreadsError) {
        switch error {
        case .noThread(let name, let errno): self = .system(operation: "start a thread", subject: name, errno: errno)
        case .noDescriptor(let errno): self = .system(operation: "make a pipe", subject: "output thread", errno: errno)
        }
    }
}
