import Journal

/// Where the log lies: room, kind of file system, and how long a durable write takes.
enum StorageCheck {
    /// Slower ones make the log's queue grow when much is seen.
    private static let slowWrite = Duration.milliseconds(200)
    private static let hardMinimum: Int64 = 50_000_000

    /// - Parameter settings: the configuration's; nil takes the defaults.
    static func findings(_ system: SystemReadings, _ settings: StorageSettings?) -> [Finding] {
        let settings = settings ?? StorageSettings()
        let folder = existing(settings.path, system)
        var findings: [Finding] = []
        let mount = Mount.holding(system.resolved(folder), in: system.text("/proc/mounts") ?? "")
        let isReadOnly = mount?.options.contains("ro") ?? false
        findings.append(place(settings.path, folder, system, isReadOnly: isReadOnly))
        findings += [mount.map(fileSystem), space(system, folder, settings), wear(system, mount)].compactMap(\.self)
        if system.mayUse(folder), !isReadOnly, folder != "/" { findings.append(write(system, folder)) }
        return findings
    }

    /// - Parameter folder: the path itself, or what there is of it.
    private static func place(
        _ path: String, _ folder: String, _ system: SystemReadings, isReadOnly: Bool
    ) -> Finding {
        let isAllowed = system.mayUse(folder) && !isReadOnly
        guard folder == path else {
            if isAllowed { return .pass("folder", "\(path) is not there yet; picket makes it") }
            return .warn(
                "folder", "\(path) is not there, and this user may not make it",
                cure: "Install the service (StateDirectory= makes it), or set storage.path to a folder of this user.")
        }
        if isAllowed { return .pass("folder", path) }
        if isReadOnly {
            return .fail("folder", "\(path) cannot be written", cure: "Mount the disk for writing, or set storage.path elsewhere.")
        }
        // The service's folder is closed to others, so this is no fault of the board.
        return .warn(
            "folder", "this user may not write \(path)",
            cure: "Run the doctor as the service's user (sudo -u picket picket doctor), or give that user the folder.")
    }

    /// The path, or the nearest folder above it that is there.
    private static func existing(_ path: String, _ system: SystemReadings) -> String {
        var path = path
        while !system.exists(path), let slash = path.lastIndex(of: "/") {
            if slash == path.startIndex { return "/" }
            path = String(path[..<slash])
        }
        return path
    }

    private static func fileSystem(_ mount: Mount) -> Finding {
        let text = "\(mount.type) on \(mount.device), mounted at \(mount.folder)"
        if mount.options.contains("ro") {
            return .fail(
                "file system", "\(text), read-only",
                cure:
                    "If it became so by itself, the kernel found damage: check it with fsck and replace the card; else mount it for writing."
            )
        }
        switch mount.type {
        case "tmpfs", "ramfs", "overlay", "overlayfs":
            return .warn(
                "file system", "\(text): what is written may be gone after a restart",
                cure: "Set storage.path to a disk that stays, or switch the overlay file system off.")
        case "vfat", "exfat", "msdos", "ntfs", "ntfs3", "fuseblk":
            return .warn("file system", "\(text): a power cut may damage it", cure: "Format the disk as ext4 or f2fs.")
        case "nfs", "nfs4", "cifs", "smb3", "9p", "fuse.sshfs":
            return .warn("file system", "\(text): the database needs a local disk", cure: "Set storage.path to a disk of this board.")
        default: break
        }
        if mount.options.contains(where: { ["nobarrier", "barrier=0", "data=writeback"].contains($0) }) {
            return .warn(
                "file system", "\(text), with options that give up safety at a power cut",
                cure: "Take nobarrier, barrier=0 and data=writeback out of /etc/fstab.")
        }
        return .pass("file system", text)
    }

    private static func space(_ system: SystemReadings, _ folder: String, _ settings: StorageSettings) -> Finding {
        guard let space = system.space(folder), space.total > 0 else { return .pass("space", "the kernel does not tell") }
        let keep: Int64 =
            switch settings.keepFree {
            case .fraction(let fraction): Int64(Double(space.total) * fraction)
            case .byteCount(let count): count
            }
        let text = "\(Wording.bytes(space.free)) of \(Wording.bytes(space.total)) free"
        if space.free < min(hardMinimum, keep) {
            return .fail("space", text, cure: "Make room: next to nothing can be logged.")
        }
        if space.free < keep {
            return .warn(
                "space", "\(text), less than the \(Wording.bytes(keep)) that picket keeps free",
                cure: "Make room, or lower storage.keep_free; until then the oldest events go and no pictures are kept.")
        }
        return .pass("space", text)
    }

    /// What an eMMC says about its own age: tenths of its life, 0x0B for past its end (JEDEC eMMC 5.0, DEVICE_LIFE_TIME_EST). SD cards do
    /// not tell.
    private static func wear(_ system: SystemReadings, _ mount: Mount?) -> Finding? {
        guard let mount, mount.device.hasPrefix("/dev/mmcblk") else { return nil }
        let disk = mount.device.dropFirst(5).split(separator: "p").first.map(String.init) ?? ""
        guard let text = system.text("/sys/block/\(disk)/device/life_time") else { return nil }
        let worst = text.split(separator: " ").compactMap { Int($0.drop { $0 == "0" || $0 == "x" }, radix: 16) }.max() ?? 0
        switch worst {
        case 1...8: return .pass("wear", "\(disk) has used up to \(worst * 10) % of its life")
        case 9, 10:
            return .warn("wear", "\(disk) has used up to \(worst * 10) % of its life", cure: "Plan to replace it.")
        case 11...: return .fail("wear", "\(disk) is past its estimated life", cure: "Replace it now.")
        default: return nil
        }
    }

    private static func write(_ system: SystemReadings, _ folder: String) -> Finding {
        switch system.writeProbe(folder) {
        case .refused(let reason):
            return .fail("durable write", "\(folder): \(reason)", cure: "Until a file can be written here, nothing is logged.")
        case .durable(let slowest):
            let text = "\(Wording.milliseconds(slowest)) at most until a page is on the disk"
            return slowest <= slowWrite
                ? .pass("durable write", text)
                : .warn(
                    "durable write", text,
                    cure: "Use a faster card (application class A1 or better) or a USB disk, or store fewer pictures.")
        }
    }
}

/// A line of /proc/mounts.
struct Mount: Hashable {
    let device: String
    let folder: String
    let type: String
    let options: [String]

    /// The mount that holds an absolute path: the longest folder before it, and of equal ones the last, which hides the others.
    static func holding(_ path: String, in table: String) -> Mount? {
        var best: Mount?
        for line in table.split(whereSeparator: \.isNewline) {
            let words = line.split(separator: " ").map { unescaped($0) }
            guard words.count >= 4 else { continue }
            let folder = words[1]
            let isAbove = folder == "/" || path == folder || path.hasPrefix(folder + "/")
            guard isAbove, folder.utf8.count >= best?.folder.utf8.count ?? 0 else { continue }
            best = Mount(device: words[0], folder: folder, type: words[2], options: words[3].split(separator: ",").map(String.init))
        }
        return best
    }

    /// The kernel writes blank, tab, newline and backslash as three octal digits.
    private static func unescaped(_ word: Substring) -> String {
        ["\\040": " ", "\\011": "\t", "\\012": "\n"].reduce(into: String(word)) { text, pair in
            text = text.split(separator: pair.key, omittingEmptySubsequences: false).joined(separator: pair.value)
        }
    }
}
