import Capture

/// The memory of this process that is in RAM, as the kernel counts it.
package struct ProcessMemory: Sendable, Equatable {
    /// Now. Corresponds to VmRSS of proc(5).
    package var residentByteCount: Int
    /// The most that it ever was. Corresponds to VmHWM; unlike getrusage(2), it does not count the program that started this one.
    package var peakByteCount: Int
    /// That of now which is no file's. Corresponds to RssAnon; nil on old kernels.
    package var anonymousByteCount: Int?

    package init(residentByteCount: Int, peakByteCount: Int, anonymousByteCount: Int? = nil) {
        self.anonymousByteCount = anonymousByteCount
        self.residentByteCount = residentByteCount
        self.peakByteCount = peakByteCount
    }

    /// Of the text of /proc/PID/status; nil when a figure is missing.
    package init?(status: String) {
        func kilobytes(_ name: String) -> Int? {
            guard let line = status.split(whereSeparator: \.isNewline).first(where: { $0.hasPrefix(name + ":") }) else { return nil }
            let words = line.dropFirst(name.count + 1).split(whereSeparator: \.isWhitespace)
            guard words.count == 2, words[1] == "kB" else { return nil }
            return Int(words[0])
        }
        guard let resident = kilobytes("VmRSS"), let peak = kilobytes("VmHWM") else { return nil }
        self.init(
            residentByteCount: resident * 1024, peakByteCount: peak * 1024, anonymousByteCount: kilobytes("RssAnon").map { $0 * 1024 })
    }

    /// Nil on a system without /proc.
    package static var current: ProcessMemory? {
        var bytes: [UInt8] = []
        guard let file = try? OpenFile("/proc/self/status"), (try? file.read(into: &bytes, maximumByteCount: 1 << 14)) != nil else {
            return nil
        }
        return ProcessMemory(status: String(decoding: bytes, as: UTF8.self))
    }
}
