import Glibc

/// Slows down the restarts of a service whose configuration cannot be used: systemd would try again each second and fill the journal.
///
/// The first refusal ends the process at once, so that `systemctl start` fails at once and says why. systemd's own restarts after it wait
/// here until the file changes, at most `longest`: models may be missing that a disk brings later. A mark in the runtime directory, which the
/// unit keeps between restarts and systemd removes at a stop, tells the two apart.
package struct RefusalPause {
    private static let step = Duration.milliseconds(250)

    private let mark: String
    private let configuration: String
    private let longest: Duration

    /// - Parameters:
    ///   - configuration: the file that was refused.
    ///   - longest: how long to wait for it to change.
    ///   - environment: looks up a variable; the process's own by default.
    /// - Returns: nil when no runtime directory was given, outside of systemd.
    package init?(
        configuration: String, longest: Duration = .seconds(20), environment: (String) -> String? = ServiceNotifier.variable
    ) {
        guard let folder = environment("RUNTIME_DIRECTORY"), folder.hasPrefix("/") else { return nil }
        mark = folder + "/refused"
        self.configuration = configuration
        self.longest = longest
    }

    /// Waits if the process before this one was refused too.
    /// - Parameter signals: a reload ends the pause.
    /// - Returns: whether the service is to stop.
    package func wait(_ signals: SignalQueue) -> Bool {
        guard Version(mark) != nil else {
            leaveMark()
            return false
        }
        let version = Version(configuration)
        var left = longest
        while left > .zero, Version(configuration) == version {
            switch signals.wait(atMost: min(left, Self.step)) {
            case .stop?: return true
            case .reload?: return false
            case nil: left -= Self.step
            }
        }
        return false
    }

    private func leaveMark() {
        // SAFETY: a constant mode and a Swift string.
        let descriptor = unsafe open(mark, O_WRONLY | O_CREAT | O_CLOEXEC, 0o640)
        if descriptor >= 0 { close(descriptor) }
    }

    /// What changes when a file is written or replaced.
    private struct Version: Equatable {
        let inode: UInt64
        let byteCount: Int64
        let seconds: Int
        let nanoseconds: Int

        /// - Returns: nil when there is no such file.
        init?(_ path: String) {
            var facts = stat()
            // SAFETY: the call fills a local value and copies the path.
            guard unsafe stat(path, &facts) == 0 else { return nil }
            inode = UInt64(facts.st_ino)
            byteCount = Int64(facts.st_size)
            seconds = facts.st_mtim.tv_sec
            nanoseconds = facts.st_mtim.tv_nsec
        }
    }
}
