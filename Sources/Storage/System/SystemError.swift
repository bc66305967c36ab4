import Glibc

/// What the kernel calls an error.
package enum SystemError {
    /// For example `No space left on device`.
    package static func text(_ errorNumber: Int32) -> String {
        // SAFETY: strerror gives a valid text for any number; it is copied at once.
        unsafe strerror(errorNumber).map { unsafe String(cString: $0) } ?? "error \(errorNumber)"
    }
}
