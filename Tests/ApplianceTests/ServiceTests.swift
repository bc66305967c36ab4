import Appliance
import Foundation
import Frames
import Testing
import Threads

/// A socket as systemd has one.
private final class NotifySocket {
    private let descriptor: Int32
    let path: String

    /// - Parameter path: a leading @ stands for the abstract name space.
    init(path: String) throws {
        self.path = path
        descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        var bytes = Array(path.utf8)
        if bytes.first == UInt8(ascii: "@") { bytes[0] = 0 }
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: bytes) }
        let length = socklen_t(MemoryLayout<sa_family_t>.size + bytes.count)
        let status = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, length) }
        }
        try #require(status == 0)
    }

    deinit { close(descriptor) }

    /// The next message; nil when none is there.
    func next() -> String? {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = recv(descriptor, &buffer, buffer.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: buffer.prefix(count), as: UTF8.self)
    }
}

@Suite struct ServiceTests {
    private func notifier(_ variables: [String: String]) -> ServiceNotifier { ServiceNotifier { variables[$0] } }

    @Test func systemdHearsOfReadinessStateAndLife() throws {
        let place = try Workplace()
        for path in [place.folder + "/notify", "@picket-test-\(UUID().uuidString)"] {
            let socket = try NotifySocket(path: path)
            let notifier = notifier(["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000"])
            #expect(notifier.isActive && notifier.watchdogInterval == .milliseconds(1500))
            notifier.ready(status: "started")
            #expect(socket.next() == "READY=1\nSTATUS=started")
            notifier.status("camera ok\nREADY=0")
            #expect(socket.next() == "STATUS=camera ok READY=0")
            notifier.petWatchdog()
            #expect(socket.next() == "WATCHDOG=1")
            notifier.reloading(at: 5)
            #expect(socket.next() == "RELOADING=1\nMONOTONIC_USEC=5")
            notifier.stopping()
            #expect(socket.next() == "STOPPING=1")
            #expect(socket.next() == nil)
        }
    }

    @Test func withoutSystemdNothingIsSaid() {
        for variables in [[:], ["NOTIFY_SOCKET": ""], ["NOTIFY_SOCKET": "relative"], ["WATCHDOG_USEC": "0"], ["WATCHDOG_USEC": "soon"]] {
            let notifier = notifier(variables)
            #expect(!notifier.isActive && notifier.watchdogInterval == nil)
            notifier.ready(status: "x")
        }
        // A socket that is gone, or whose name is longer than the kernel takes, is no trouble.
        notifier(["NOTIFY_SOCKET": "/nowhere/socket"]).petWatchdog()
        notifier(["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 300)]).petWatchdog()
    }

    @Test func signalsBecomeRequests() {
        let answers = onOwnThread { () -> [SignalQueue.Request?] in
            let queue = SignalQueue()
            var answers: [SignalQueue.Request?] = []
            for number in [SIGHUP, SIGTERM, SIGINT] {
                raise(number)
                answers.append(queue.wait(atMost: .seconds(5)))
            }
            answers.append(queue.wait(atMost: .milliseconds(20)))
            return answers
        }
        #expect(answers == [.reload, .stop, .stop, nil])
    }

    @Test func waitingForASignalTakesAsLongAsItSays() {
        let waited = onOwnThread {
            let clock = SystemClock()
            let queue = SignalQueue()
            let start = clock.now
            _ = queue.wait(atMost: .milliseconds(1200))
            return clock.now.since(start)
        }
        #expect(waited >= .milliseconds(1200) && waited < .seconds(6))
    }

    @Test func aStorageFolderIsLockedUntilItsHolderIsGone() throws {
        let place = try Workplace()
        let folder = place.folder + "/new/storage"
        var lock: StorageLock? = try StorageLock(folder: folder)
        #expect(lock != nil)
        #expect(throws: ApplianceError.alreadyRunning(path: folder)) { _ = try StorageLock(folder: folder) }
        #expect(throws: ApplianceError.alreadyRunning(path: folder)) { _ = try StorageLock(folder: folder) }
        lock = nil
        _ = try StorageLock(folder: folder)
    }
}

@Suite struct RefusalPauseTests {
    private func pause(_ place: Workplace, longest: Duration) throws -> RefusalPause {
        try #require(
            RefusalPause(configuration: place.folder + "/picket.yaml", longest: longest) {
                $0 == "RUNTIME_DIRECTORY" ? place.folder : nil
            })
    }

    /// The time that a pause takes.
    private func length(_ pause: RefusalPause) -> Duration {
        ContinuousClock().measure { _ = pause.wait(SignalQueue()) }
    }

    @Test func firstRefusalDoesNotWaitAndTheNextOnesDo() throws {
        let place = try Workplace()
        let pause = try pause(place, longest: .milliseconds(600))
        #expect(length(pause) < .milliseconds(300))
        #expect(length(pause) >= .milliseconds(500))
    }

    @Test func changedFileEndsThePause() throws {
        let place = try Workplace()
        let pause = try pause(place, longest: .seconds(30))
        #expect(pause.wait(SignalQueue()) == false)
        let writer = Thread {
            Thread.sleep(forTimeInterval: 0.5)
            try? Data("version: 1".utf8).write(to: URL(fileURLWithPath: place.folder + "/picket.yaml"))
        }
        writer.start()
        #expect(length(pause) < .seconds(20))
    }

    @Test func withoutARuntimeDirectoryThereIsNoPause() {
        #expect(RefusalPause(configuration: "/etc/picket/picket.yaml", environment: { _ in nil }) == nil)
    }
}

@Suite struct RepeatedNoticeTests {
    @Test func oneNoticeInAWhileGoesThroughAndTellsHowManyDidNot() {
        let notice = RepeatedNotice(every: .seconds(10))
        let start = Timestamp(nanoseconds: 5_000_000_000)
        #expect(notice.admit(at: start) == 0)
        #expect(notice.admit(at: start.advanced(by: .seconds(1))) == nil)
        #expect(notice.admit(at: start.advanced(by: .milliseconds(9_999))) == nil)
        #expect(notice.admit(at: start.advanced(by: .seconds(10))) == 2)
        #expect(notice.admit(at: start.advanced(by: .seconds(11))) == nil)
        #expect(notice.admit(at: start.advanced(by: .seconds(100))) == 1)
    }
}
