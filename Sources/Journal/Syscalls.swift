import Glibc

/// The journal's own calls to the kernel, in one place: free space, boot and clock.
enum Syscalls {
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
