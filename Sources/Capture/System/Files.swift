import Frames
import Glibc

/// A file open for reading; closes itself.
package struct OpenFile: ~Copyable {
    package let descriptor: Int32

    /// Opens `path` for reading.
    /// - Throws: the reason of open(2).
    package init(_ path: String) throws(Errno) {
        // O_NONBLOCK: opening a pipe by name must not hang; regular files do not care.
        // SAFETY: the string is lent, with its final zero, for the call.
        let result = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard result >= 0 else { throw Errno(code: errno) }
        descriptor = result
    }

    deinit { _ = close(descriptor) }

    /// Appends what can be read at once, at most `maximumByteCount` bytes.
    /// - Returns: how many bytes came; 0 at the end.
    package func read(into buffer: inout [UInt8], maximumByteCount: Int) throws(Errno) -> Int {
        try Descriptor.read(descriptor, into: &buffer, maximumByteCount: maximumByteCount)
    }

    /// The first line of a small file, such as those below /sys; nil when it cannot be read.
    package static func smallText(_ path: String) -> String? {
        var bytes: [UInt8] = []
        guard let file = try? OpenFile(path), (try? file.read(into: &bytes, maximumByteCount: 256)) != nil else { return nil }
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") && $0 != 0 }, as: UTF8.self)
    }
}

/// Calls on descriptors that somebody else owns.
package enum Descriptor {
    /// Waits until there is something to read, the other end is closed, or the time is over. Corresponds to poll.
    package static func wait(_ descriptor: Int32, for timeout: Duration) -> Readiness {
        let nanoseconds = max(0, timeout.wholeNanoseconds)
        let milliseconds = Int32(clamping: nanoseconds / 1_000_000 + (nanoseconds % 1_000_000 == 0 ? 0 : 1))
        var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        // SAFETY: one structure, lent for the call.
        let count = unsafe poll(&request, 1, milliseconds)
        if count < 0 { return errno == EINTR ? .timedOut : .fault }
        if count == 0 { return .timedOut }
        let events = Int32(request.revents)
        if events & (POLLERR | POLLNVAL) != 0 { return .fault }
        return events & POLLIN != 0 ? .ready : .fault
    }

    /// Appends what can be read, at most `maximumByteCount` bytes; tries again after a signal. Corresponds to read.
    /// - Returns: how many bytes came; 0 at the end.
    package static func read(_ descriptor: Int32, into buffer: inout [UInt8], maximumByteCount: Int) throws(Errno) -> Int {
        let before = buffer.count
        let room = max(0, maximumByteCount)
        buffer.append(contentsOf: repeatElement(0, count: room))
        var result = 0
        repeat {
            // SAFETY: `before + room` is the buffer's count, so there is room for `room` bytes after the first `before`.
            result = unsafe buffer.withUnsafeMutableBytes { bytes in
                unsafe Glibc.read(descriptor, bytes.baseAddress.map { unsafe $0 + before }, room)
            }
        } while result < 0 && errno == EINTR
        let failure = errno
        buffer.removeLast(room - min(max(result, 0), room))
        guard result >= 0 else { throw Errno(code: failure) }
        return result
    }
}

/// Questions about folders and names.
package enum Folder {
    /// More files than this in one folder are not looked at.
    package static let maximumEntryCount = 1_000_000

    /// The names in a folder but `.` and `..`, unsorted.
    package static func names(in path: String) throws(Errno) -> [String] {
        // SAFETY: the stream is open until closedir below; each entry is read before the next call of readdir.
        guard let stream = unsafe opendir(path) else { throw Errno(code: errno) }
        defer { unsafe closedir(stream) }
        var names: [String] = []
        while names.count < maximumEntryCount, let entry = unsafe readdir(stream) {
            let name = unsafe withUnsafeBytes(of: &entry.pointee.d_name) { bytes in
                unsafe String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name != "." && name != ".." { names.append(name) }
        }
        return names
    }

    /// Whether `path` is a folder; nil when there is nothing.
    package static func isFolder(_ path: String) -> Bool? { status(path).map { $0.st_mode & S_IFMT == S_IFDIR } }

    /// A number that changes when the file is made anew or its owner or permissions change; nil when there is none.
    package static func identity(of path: String) -> UInt64? {
        guard let status = status(path) else { return nil }
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for word in [UInt64(status.st_ino), UInt64(status.st_rdev), UInt64(status.st_ctim.tv_sec), UInt64(status.st_ctim.tv_nsec)] {
            // FNV-1a, by words; wrapping is its definition.
            hash = (hash ^ word) &* 0x0000_0100_0000_01B3
        }
        return hash
    }

    /// The path behind all links; nil when it leads nowhere. Corresponds to realpath.
    package static func resolved(_ path: String) -> String? {
        // SAFETY: realpath gives memory of its own, with a final zero, which is copied and freed here.
        guard let text = unsafe realpath(path, nil) else { return nil }
        defer { unsafe free(text) }
        return unsafe String(cString: text)
    }

    private static func status(_ path: String) -> stat? {
        var status = stat()
        // SAFETY: one structure, lent for the call.
        return unsafe stat(path, &status) == 0 ? status : nil
    }
}
