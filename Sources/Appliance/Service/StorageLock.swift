import FoundationEssentials
import Glibc

/// Holds a storage folder for one process: two daemons on one journal, or on one set of pins, would undo each other's work.
package final class StorageLock: Sendable {
    private let descriptor: Int32

    /// - Throws: `alreadyRunning`. A folder that cannot be made or locked is no reason not to start: the journal tells about it.
    package init(folder: String) throws(ApplianceError) {
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        // SAFETY: a constant mode and a Swift string.
        descriptor = unsafe open(folder + "/picket.lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o640)
        // From here on deinit closes the descriptor, after a throw too.
        if descriptor >= 0, flock(descriptor, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK { throw .alreadyRunning(path: folder) }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }
}
