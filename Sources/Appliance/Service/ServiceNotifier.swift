import Glibc

/// Tells systemd how the service is doing (the protocol of `sd_notify(3)`): ready, status, watchdog. Does nothing when not started by it.
package struct ServiceNotifier: Sendable {
    /// `NOTIFY_SOCKET`; a leading @ stands for the abstract name space.
    private let socketPath: String?
    /// Half of `WATCHDOG_USEC`; nil when no watchdog waits.
    package let watchdogInterval: Duration?

    /// - Parameter environment: looks up a variable; the process's own by default.
    package init(environment: (String) -> String? = ServiceNotifier.variable) {
        socketPath = environment("NOTIFY_SOCKET").flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        watchdogInterval = environment("WATCHDOG_USEC").flatMap { Int64($0) }.flatMap { $0 > 0 ? .microseconds($0 / 2) : nil }
    }

    package var isActive: Bool { socketPath != nil }

    package func ready(status: String) { send("READY=1\nSTATUS=\(Self.line(status))") }
    package func status(_ text: String) { send("STATUS=\(Self.line(text))") }
    package func petWatchdog() { send("WATCHDOG=1") }
    package func stopping() { send("STOPPING=1") }

    /// A reload begins; systemd waits for `ready` again.
    package func reloading(at monotonicMicroseconds: Int64) { send("RELOADING=1\nMONOTONIC_USEC=\(monotonicMicroseconds)") }

    private static func line(_ text: String) -> String { text.split(whereSeparator: \.isNewline).joined(separator: " ") }

    private func send(_ message: String) {
        guard let socketPath else { return }
        let descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var path = Array(socketPath.utf8)
        let capacity = MemoryLayout.size(ofValue: address.sun_path)
        guard path.count < capacity else { return }
        if path.first == UInt8(ascii: "@") { path[0] = 0 }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + path.count)
        // SAFETY: path.count < capacity; the address and the message outlive the call, which copies them.
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: path) }
        _ = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { target in
                unsafe sendto(descriptor, message, message.utf8.count, Int32(MSG_NOSIGNAL), target, length)
            }
        }
    }

    /// A variable of the process's environment.
    package static func variable(_ name: String) -> String? {
        // SAFETY: the text is copied at once; nothing in this process changes the environment.
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }
}
