/// An error number of Linux, with its name.
package struct Errno: Error, Sendable, Hashable, CustomStringConvertible {
    package let code: Int32

    package init(code: Int32) { self.code = code }

    // The numbers are part of Linux's interface and the same on every architecture that Picket runs on (asm-generic/errno.h).
    package static let notPermitted = Errno(code: 1)
    package static let noEntry = Errno(code: 2)
    package static let interrupted = Errno(code: 4)
    package static let inputOutput = Errno(code: 5)
    package static let noSuchAddress = Errno(code: 6)
    package static let tryAgain = Errno(code: 11)
    package static let noMemory = Errno(code: 12)
    package static let accessDenied = Errno(code: 13)
    package static let busy = Errno(code: 16)
    package static let noDevice = Errno(code: 19)
    package static let isFolder = Errno(code: 21)
    package static let invalidArgument = Errno(code: 22)
    package static let tooManyOpenFiles = Errno(code: 24)
    package static let notSupportedRequest = Errno(code: 25)
    package static let noSpace = Errno(code: 28)
    package static let brokenPipe = Errno(code: 32)
    package static let protocolFault = Errno(code: 71)
    package static let overflow = Errno(code: 75)
    package static let timedOut = Errno(code: 110)

    private static let names: [Int32: String] = [
        1: "EPERM", 2: "ENOENT", 4: "EINTR", 5: "EIO", 6: "ENXIO", 9: "EBADF", 11: "EAGAIN", 12: "ENOMEM", 13: "EACCES", 14: "EFAULT",
        16: "EBUSY", 17: "EEXIST", 19: "ENODEV", 20: "ENOTDIR", 21: "EISDIR", 22: "EINVAL", 23: "ENFILE", 24: "EMFILE", 25: "ENOTTY",
        28: "ENOSPC", 32: "EPIPE", 71: "EPROTO", 75: "EOVERFLOW", 84: "EILSEQ", 90: "EMSGSIZE", 95: "EOPNOTSUPP", 108: "ESHUTDOWN",
        110: "ETIMEDOUT",
    ]

    /// The name in the manuals: `ENODEV`, or `error 133`.
    package var description: String { Self.names[code] ?? "error \(code)" }
}
