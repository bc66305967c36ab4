import Foundation

/// This very test program once more, running one test as a process of its own, which can be killed at any moment.
///
/// The test that the child runs is enabled only when `ChildProcess.task` is not nil.
public final class ChildProcess {
    private static let variable = "PICKET_TEST_CHILD"
    private let process = Process()
    private let output = Pipe()
    private var rest = ""

    /// What this process is to do as a child; nil in the parent.
    public static var task: String? { ProcessInfo.processInfo.environment[variable] }

    /// How often tests that kill a child do so: a few times, or as often as PICKET_KILL_ROUNDS says.
    public static var rounds: Int { ProcessInfo.processInfo.environment["PICKET_KILL_ROUNDS"].flatMap(Int.init) ?? 3 }

    /// - Parameters:
    ///   - test: a regular expression that only the child's test matches.
    ///   - fileLimit: kilobytes that a file may have at most, so that writing fails as on a full disk; nil for no limit.
    public init(test: String, task: String, fileLimit: Int? = nil) throws {
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        // The signal that comes with the limit would end the child before it could tell.
        let limit = fileLimit.map { "trap '' XFSZ; ulimit -f \($0); " } ?? ""
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", limit + "exec \"$0\" \"$@\"", program, "--testing-library", "swift-testing", "--filter", test]
        var environment = ProcessInfo.processInfo.environment
        environment[Self.variable] = task
        environment["SWIFT_BACKTRACE"] = "enable=no"
        process.environment = environment
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
    }

    /// Tells the parent something.
    public static func tell(_ line: String) {
        FileHandle.standardOutput.write(Data(("child: " + line + "\n").utf8))
    }

    /// What the child tells next; waits for it. Nil when it has ended.
    public func next() -> String? {
        while true {
            while let end = rest.firstIndex(of: "\n") {
                let line = rest[..<end]
                rest = String(rest[rest.index(after: end)...])
                if line.hasPrefix("child: ") { return String(line.dropFirst(7)) }
            }
            let data = output.fileHandleForReading.availableData
            if data.isEmpty { return nil }
            rest += String(decoding: data, as: UTF8.self)
        }
    }

    /// SIGKILL.
    public func kill() {
        Foundation.kill(process.processIdentifier, SIGKILL)
    }

    /// What the child had told before it ended, and did not have read yet; waits for its end.
    public func finish() -> [String] {
        var lines: [String] = []
        while let line = next() { lines.append(line) }
        process.waitUntilExit()
        return lines
    }
}
