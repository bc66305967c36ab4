import Glibc

/// The journal's own calls to the kernel, in one place: durable files and free space.
enum Syscalls {
    static func describe(_ errorNumber: Int32) -> String {
        // SAFETY: strerror gives a valid text for any number; it is copied at once.
        unsafe strerror(errorNumber).map { unsafe String(cString: $0) } ?? "error \(errorNumber)"
    }

    /// Writes a file so that after a power cut it is there whole, or not at all: a temporary file, fsync, rename, fsync of the folder.
    static func writeDurably(_ bytes: [UInt8], folder: String, name: String) throws(JournalError) {
        let path = folder + "/" + name
        let temporary = path + ".tmp"
        func fail(_ operation: String) -> JournalError {
            let error = JournalError.snapshot(path: path, errorNumber: errno, operation: operation)
            _ = unsafe unlink(temporary)
            return error
        }
        // SAFETY: constants and a Swift string; the descriptor is closed on every path below.
        let file = unsafe open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o640)
        guard file >= 0 else { throw fail("open") }
        var offset = 0
        while offset < bytes.count {
            // SAFETY: offset < count, so the rest is within the array's buffer.
            let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress.map { unsafe $0 + offset }, bytes.count - offset) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                let error = fail("write")
                close(file)
                throw error
            }
            offset += count
        }
        guard fsync(file) == 0 else {
            let error = fail("fsync")
            close(file)
            throw error
        }
        close(file)
        guard unsafe rename(temporary, path) == 0 else { throw fail("rename") }
        try syncFolder(folder)
    }

    static func syncFolder(_ folder: String) throws(JournalError) {
        let handle = unsafe open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard handle >= 0 else { throw .snapshot(path: folder, errorNumber: errno, operation: "open") }
        defer { close(handle) }
        guard fsync(handle) == 0 else { throw .snapshot(path: folder, errorNumber: errno, operation: "fsync") }
    }

    /// Free bytes for an unprivileged user, and all bytes, of the disk that holds `path`; nil when the kernel does not say.
    static func diskSpace(_ path: String) -> (free: Int64, total: Int64)? {
        var facts = statvfs()
        guard unsafe statvfs(path, &facts) == 0 else { return nil }
        let unit = Int64(facts.f_frsize)
        return (Int64(facts.f_bavail) * unit, Int64(facts.f_blocks) * unit)
    }

    /// The kernel's random id of this boot, without hyphens; `unknown` where it is hidden.
    static func bootID() -> String {
        let text = firstBytes(of: "/proc/sys/kernel/random/boot_id", count: 64)
        guard !text.isEmpty else { return "unknown" }
        return String(decoding: text.filter { $0 != UInt8(ascii: "-") && $0 > 32 }, as: UTF8.self)
    }

    /// Whether the wall clock is believable: a network time service said so, or the kernel set it from a battery-backed clock.
    ///
    /// The kernel's own answer (`adjtimex`) is forbidden under `ProtectClock=yes`, so this reads what can be read there: the mark of
    /// systemd-timesyncd and the RTC's `hctosys`.
    static func isWallClockSynchronized() -> Bool {
        if unsafe access("/run/systemd/timesync/synchronized", F_OK) == 0 { return true }
        return firstBytes(of: "/sys/class/rtc/rtc0/hctosys", count: 1) == [UInt8(ascii: "1")]
    }

    private static func firstBytes(of path: String, count: Int) -> [UInt8] {
        // SAFETY: reads at most `count` bytes into a local array of that length.
        let file = unsafe open(path, O_RDONLY | O_CLOEXEC)
        guard file >= 0 else { return [] }
        defer { close(file) }
        var bytes = [UInt8](repeating: 0, count: count)
        let got = unsafe bytes.withUnsafeMutableBytes { unsafe read(file, $0.baseAddress, count) }
        return Array(bytes.prefix(max(got, 0)))
    }
}
