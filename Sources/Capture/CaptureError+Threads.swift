import Threads

extension CaptureError {
    /// The capture thread could not be started.
    init(_ error: ThreadsError, thread: String) {
        switch error {
        case .noThread(_, let errno), .noDescriptor(let errno):
            self = .refused(.createThread, Errno(code: errno), subject: thread, stream: nil)
        }
    }
}
