package import Actions
package import Capture
import Frames
import Glibc
package import Inference
import Storage
import Threads

/// The machine as the doctor sees it: a tree of files and the few answers that are no files. Tests give a tree and answers of their own.
///
/// Paths are those of the machine, `/proc/meminfo`; `root` is put before them.
package struct SystemReadings: Sendable {
    package struct User: Sendable, Hashable {
        package var id: UInt32
        package var groups: Set<UInt32>

        package init(id: UInt32, groups: Set<UInt32>) {
            self.id = id
            self.groups = groups
        }
    }

    /// Who owns a device node and what its group may do.
    package struct Owner: Sendable, Hashable {
        package var group: UInt32
        package var isGroupWritable: Bool

        package init(group: UInt32, isGroupWritable: Bool) {
            self.group = group
            self.isGroupWritable = isGroupWritable
        }
    }

    package struct Space: Sendable, Hashable {
        /// For users without privileges.
        package var free: Int64
        package var total: Int64

        package init(free: Int64, total: Int64) {
            self.free = free
            self.total = total
        }
    }

    /// What came of writing a small file and waiting until it is on the disk.
    package enum WriteProbe: Sendable, Hashable {
        /// The slowest of a few.
        case durable(slowest: Duration)
        case refused(reason: String)
    }

    package var root: String
    package var cameras: @Sendable () -> [CameraReport]
    package var gpio: @Sendable () -> Result<GPIOInventory, ActionsError>
    package var user: User
    /// Nil when there is no such file.
    package var owner: @Sendable (_ path: String) -> Owner?
    /// Whether this user may read and write the file.
    package var mayUse: @Sendable (_ path: String) -> Bool
    package var space: @Sendable (_ path: String) -> Space?
    package var writeProbe: @Sendable (_ folder: String) -> WriteProbe
    /// Seconds since 1970.
    package var wallSeconds: Int64
    package var availableTiers: [Tier]
    package var tier: Tier
    /// What PICKET_CPU asks for.
    package var requestedTier: String?
    /// How long one run of a plan takes.
    package var runTime: @Sendable (Plan) -> Duration

    /// This machine, or the tree below `root` with this machine's other answers.
    package static func live(root: String = "") -> SystemReadings {
        SystemReadings(
            root: root, cameras: { CameraInventory.list() },
            gpio: {
                do throws(ActionsError) {
                    return .success(try GPIOInventory.read(devices: root + "/dev", parameters: root + "/sys/module"))
                } catch {
                    return .failure(error)
                }
            },
            user: currentUser(), owner: { owner(root + $0) },
            // SAFETY: the string is lent for the call.
            mayUse: { unsafe access(root + $0, R_OK | W_OK) == 0 },
            space: { space(root + $0) }, writeProbe: { probe(root + $0) },
            wallSeconds: Threads.SystemClock().wallNanoseconds / 1_000_000_000,
            availableTiers: Tier.available, tier: Tier.best, requestedTier: ServiceNotifier.variable("PICKET_CPU"), runTime: medianRunTime)
    }

    // MARK: Files

    /// The text of a file without what ends it; nil when it cannot be read. At most 256 kB are read.
    func text(_ path: String) -> String? {
        guard let file = try? OpenFile(root + path) else { return nil }
        var bytes: [UInt8] = []
        while bytes.count < 1 << 18 {
            guard let count = try? file.read(into: &bytes, maximumByteCount: 1 << 14) else { return nil }
            if count == 0 { break }
        }
        // Texts of the device tree end with a zero.
        let isEnd = { (byte: UInt8) in byte == 0 || byte == UInt8(ascii: "\n") || byte == UInt8(ascii: " ") }
        while let last = bytes.last, isEnd(last) { bytes.removeLast() }
        return String(decoding: bytes, as: UTF8.self)
    }

    func lines(_ path: String) -> [Substring] { text(path)?.split(whereSeparator: \.isNewline) ?? [] }

    func number(_ path: String) -> Int? { text(path).flatMap { Int($0) } }

    /// Sorted as people count; empty when there is no such folder.
    func names(_ folder: String) -> [String] { ((try? Folder.names(in: root + folder)) ?? []).sorted(by: NaturalOrder.precedes) }

    func exists(_ path: String) -> Bool { Folder.isFolder(root + path) != nil }

    /// The path behind all links; the path itself when it leads nowhere.
    func resolved(_ path: String) -> String {
        guard let target = Folder.resolved(root + path) else { return path }
        guard !root.isEmpty, let base = Folder.resolved(root) else { return target }
        return target.hasPrefix(base) ? String(target.dropFirst(base.count)) : path
    }

    // MARK: Answers of the kernel

    private static func currentUser() -> User {
        var groups = [gid_t](repeating: 0, count: 1024)
        // SAFETY: the buffer's own capacity.
        let count = unsafe groups.withUnsafeMutableBufferPointer { unsafe getgroups(Int32($0.count), $0.baseAddress) }
        return User(id: geteuid(), groups: Set(groups.prefix(Int(max(count, 0))) + [getegid()]))
    }

    private static func owner(_ path: String) -> Owner? {
        var facts = stat()
        // SAFETY: one structure, lent for the call.
        guard unsafe stat(path, &facts) == 0 else { return nil }
        return Owner(group: facts.st_gid, isGroupWritable: facts.st_mode & 0o060 == 0o060)
    }

    private static func space(_ path: String) -> Space? {
        var facts = statvfs()
        // SAFETY: one structure, lent for the call.
        guard unsafe statvfs(path, &facts) == 0 else { return nil }
        let unit = Int64(clamping: facts.f_frsize)
        func bytes(_ count: UInt) -> Int64 {
            let (product, overflow) = Int64(clamping: count).multipliedReportingOverflow(by: unit)
            return overflow ? .max : product
        }
        return Space(free: bytes(UInt(facts.f_bavail)), total: bytes(UInt(facts.f_blocks)))
    }

    /// Writes a file of one page and waits until the disk has it, up to five times or two seconds; takes it away again.
    private static func probe(_ folder: String) -> WriteProbe {
        let path = "\(folder)/.picket-doctor-\(getpid())"
        // SAFETY: a constant mode and a Swift string; O_EXCL follows no link. The descriptor is closed below.
        let file = unsafe open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { return .refused(reason: SystemError.text(errno)) }
        defer {
            close(file)
            unsafe unlink(path)
        }
        let page = [UInt8](repeating: 0x70, count: 4096)
        let clock = ContinuousClock()
        let start = clock.now
        var slowest = Duration.zero
        for _ in 0..<5 where start.duration(to: clock.now) < .seconds(2) {
            let before = clock.now
            // SAFETY: the array's own buffer and length.
            let count = unsafe page.withUnsafeBytes { unsafe pwrite(file, $0.baseAddress, $0.count, 0) }
            guard count >= 0, fsync(file) == 0 else { return .refused(reason: SystemError.text(errno)) }
            guard count == page.count else { return .refused(reason: SystemError.text(ENOSPC)) }
            slowest = max(slowest, before.duration(to: clock.now))
        }
        return .durable(slowest: slowest)
    }

    /// The median of five runs after one that warms up; fewer when they take long.
    private static func medianRunTime(_ plan: Plan) -> Duration {
        var runner = Runner(plan)
        let clock = ContinuousClock()
        runner.run()
        let start = clock.now
        var times: [Duration] = []
        repeat {
            let before = clock.now
            runner.run()
            times.append(before.duration(to: clock.now))
        } while times.count < 5 && start.duration(to: clock.now) < .seconds(2)
        return times.sorted()[times.count / 2]
    }
}
