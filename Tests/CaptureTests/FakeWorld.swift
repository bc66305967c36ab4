import Capture
import Frames
import Synchronization

/// A clock that moves when a test, or a fake that sleeps, says so.
final class FakeClock: Clock {
    private let time = Mutex<Int64>(1_000_000_000_000)

    var now: Timestamp { Timestamp(nanoseconds: time.withLock { $0 }) }
    var wallNanoseconds: Int64 { now.nanoseconds + 1_700_000_000_000_000_000 }

    func advance(_ duration: Duration) { time.withLock { $0 += max(0, duration.wholeNanoseconds) } }
}

/// A seeded generator (SplitMix64).
struct Seeded: RandomNumberGenerator {
    private var state: UInt64

    init(_ seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}

enum Samples {
    /// A JPEG with all that a decoder asks for in its header, and random data in its scan.
    static func jpeg(width: Int = 64, height: Int = 48, scanByteCount: Int = 200, seed: UInt64 = 1, extra: [UInt8] = []) -> [UInt8] {
        func segment(_ marker: UInt8, _ body: [UInt8]) -> [UInt8] {
            [0xFF, marker, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
        }
        var random = Seeded(seed)
        var scan: [UInt8] = []
        while scan.count < scanByteCount {
            let byte = UInt8.random(in: 0...255, using: &random)
            scan.append(byte)
            if byte == 0xFF { scan.append(0) }
        }
        let frame: [UInt8] = [8, UInt8(height >> 8), UInt8(height & 255), UInt8(width >> 8), UInt8(width & 255), 1, 1, 0x11, 0]
        var bytes: [UInt8] = [0xFF, 0xD8] + segment(0xE0, Array("JFIF".utf8) + [0, 1, 1, 0, 0, 1, 0, 1, 0, 0]) + extra
        bytes += segment(0xDB, [0] + [UInt8](repeating: 16, count: 64))
        bytes += segment(0xC0, frame)
        bytes += segment(0xC4, [0] + [UInt8](repeating: 0, count: 15) + [1, 0])
        bytes += segment(0xDA, [1, 1, 0, 0, 63, 0])
        return bytes + scan + [0xFF, 0xD9]
    }

    /// An application segment that holds another JPEG, as cameras embed their previews.
    static func segmentWithThumbnail() -> [UInt8] {
        let body = Array("Exif".utf8) + [0, 0] + jpeg(width: 16, height: 16, scanByteCount: 40, seed: 9)
        return [0xFF, 0xE1, UInt8((body.count + 2) >> 8), UInt8((body.count + 2) & 255)] + body
    }
}

/// A driver that answers by a script. Time passes in its `wait` and `pause` only.
final class FakeKernel: CameraKernel {
    enum Answer {
        case frame(
            [UInt8], sequence: UInt32? = nil, isFlagged: Bool = false, bytesUsed: Int? = nil, stamp: Timestamp? = nil, index: Int? = nil)
        case failure(Errno)
        /// poll says that there is an error; the dequeue then says this.
        case fault(Errno)
        case silence(Duration)
    }

    let clock: FakeClock
    var nodes: [VideoNode] = [VideoNode(path: "/dev/video0", name: "Fake Cam")]
    var linkTable: [DeviceLink.Folder: [DeviceLink]] = [:]
    var identities: [String: UInt64] = ["/dev/video0": 1]
    var answers = CameraCapabilities(driver: "uvcvideo", card: "Fake Cam", bus: "usb-1", canCapture: true, canStream: true)
    /// Nodes of the camera that capture nothing.
    var metadataNodes: Set<String> = []
    var offered: [FourCC] = [FourCC("YUYV"), FourCC("MJPG")]
    var sizes: [OfferedSize] = [.exactly(Size(width: 640, height: 480)), .exactly(Size(width: 320, height: 240))]
    var grant: (FourCC, Size?) -> GrantedFormat = { code, size in
        GrantedFormat(code: code, width: size?.width ?? 64, height: size?.height ?? 48, bytesPerLine: 0, imageByteCount: 0)
    }
    var interval = FrameInterval(numerator: 1, denominator: 10)
    var grantedBuffers = 4
    /// One failure is used up by each call of the operation.
    var failures: [CaptureError.Operation: [Errno]] = [:]
    var script: [Answer] = []
    var framePeriod = Duration.milliseconds(100)
    var onPause: ((Duration) -> Void)?

    private(set) var log: [String] = []
    private(set) var opened = 0
    private(set) var closed = 0
    private(set) var mapped = 0
    private(set) var queued: [Int] = []
    private(set) var askedFormats: [FourCC] = []
    private(set) var copiedByteCounts: [Int] = []
    private var content: [UInt: [UInt8]] = [:]
    private var paths: [Int32: String] = [:]
    private var nextSequence: UInt32 = 0
    private var isOn = false

    init(_ clock: FakeClock) { self.clock = clock }

    var isOpen: Bool { opened > closed }

    private func check(_ operation: CaptureError.Operation) throws(Errno) {
        log.append(operation.rawValue)
        if var list = failures[operation], !list.isEmpty {
            let errno = list.removeFirst()
            failures[operation] = list
            throw errno
        }
    }

    func videoNodes() -> [VideoNode] { nodes.filter { identities[$0.path] != nil } }
    func links(_ folder: DeviceLink.Folder) -> [DeviceLink] { (linkTable[folder] ?? []).filter { identities[$0.target] != nil } }
    func identity(of path: String) -> UInt64? { identities[path] }

    func open(_ path: String) throws(Errno) -> CameraHandle {
        try check(.open)
        guard identities[path] != nil else { throw .noEntry }
        opened += 1
        (nextSequence, queued, isOn) = (0, [], false)
        paths[Int32(opened)] = path
        return CameraHandle(descriptor: Int32(opened))
    }

    func close(_ camera: CameraHandle) {
        closed += 1
        queued = []
    }

    func capabilities(_ camera: CameraHandle) throws(Errno) -> CameraCapabilities {
        try check(.queryCapabilities)
        guard let path = paths[camera.descriptor], metadataNodes.contains(path) else { return answers }
        return CameraCapabilities(driver: answers.driver, card: answers.card, bus: answers.bus, canCapture: false, canStream: true)
    }

    func format(_ camera: CameraHandle, at index: Int) throws(Errno) -> OfferedFormat {
        guard offered.indices.contains(index) else { throw .invalidArgument }
        return OfferedFormat(code: offered[index], description: "\(offered[index])")
    }

    func frameSize(_ camera: CameraHandle, of code: FourCC, at index: Int) throws(Errno) -> OfferedSize {
        guard sizes.indices.contains(index) else { throw .invalidArgument }
        return sizes[index]
    }

    func frameInterval(_ camera: CameraHandle, of code: FourCC, _ size: Size, at index: Int) throws(Errno) -> FrameInterval {
        guard index < 2 else { throw .invalidArgument }
        return FrameInterval(numerator: 1, denominator: index == 0 ? 15 : 30)
    }

    func setFormat(_ camera: CameraHandle, _ code: FourCC, _ size: Size?) throws(Errno) -> GrantedFormat {
        askedFormats.append(code)
        try check(.setFormat)
        return grant(code, size)
    }

    func setFrameInterval(_ camera: CameraHandle, _ interval: FrameInterval) throws(Errno) -> FrameInterval { self.interval }

    func requestBuffers(_ camera: CameraHandle, count: Int) throws(Errno) -> Int {
        try check(.requestBuffers)
        return grantedBuffers
    }

    func map(_ camera: CameraHandle, index: Int) throws(Errno) -> MappedBuffer {
        try check(.mmap)
        mapped += 1
        return MappedBuffer(token: UInt(index), byteCount: 100_000)
    }

    func unmap(_ buffer: MappedBuffer) { mapped -= 1 }

    func queue(_ camera: CameraHandle, index: Int) throws(Errno) {
        try check(.queue)
        precondition(!queued.contains(index), "buffer \(index) queued twice")
        queued.append(index)
    }

    func streamOn(_ camera: CameraHandle) throws(Errno) {
        try check(.streamOn)
        isOn = true
    }

    func streamOff(_ camera: CameraHandle) throws(Errno) {
        try check(.streamOff)
        (isOn, queued, nextSequence) = (false, [], 0)
    }

    func wait(_ camera: CameraHandle, for timeout: Duration) -> Readiness {
        guard isOn, !queued.isEmpty, let next = script.first else {
            clock.advance(timeout)
            return .timedOut
        }
        if case .silence(let left) = next {
            clock.advance(min(left, timeout))
            script[0] = .silence(left - timeout)
            if left <= timeout { script.removeFirst() }
            return .timedOut
        }
        clock.advance(framePeriod)
        if case .fault = next { return .fault }
        return .ready
    }

    func dequeue(_ camera: CameraHandle) throws(Errno) -> FilledBuffer {
        guard !script.isEmpty else { throw .tryAgain }
        switch script.removeFirst() {
        case .failure(let errno), .fault(let errno): throw errno
        case .silence: throw .tryAgain
        case .frame(let bytes, let sequence, let isFlagged, let bytesUsed, let stamp, let index):
            let buffer = queued.removeFirst()
            content[UInt(buffer)] = bytes
            let number = sequence ?? nextSequence
            nextSequence = number &+ 1
            return FilledBuffer(
                index: index ?? buffer, bytesUsed: bytesUsed ?? bytes.count, isFlagged: isFlagged, sequence: number, timestamp: stamp)
        }
    }

    func copy(_ buffer: MappedBuffer, byteCount: Int, into storage: inout [UInt8]) {
        copiedByteCounts.append(byteCount)
        storage = Array((content[buffer.token] ?? []).prefix(byteCount))
    }

    func pause(for duration: Duration) {
        clock.advance(duration)
        onPause?(duration)
    }
}

extension SourceEvent {
    /// Short words for comparing.
    var word: String {
        switch self {
        case .frame(let frame): "frame \(frame.sequence)"
        case .corrupt: "corrupt"
        case .dropped(let count): "dropped \(count)"
        case .idle: "idle"
        case .ended: "ended"
        case .state(.waiting): "waiting"
        case .state(.open): "open"
        case .state(.streaming): "streaming"
        case .state(.lost): "lost"
        }
    }

    var reason: String {
        switch self {
        case .state(.waiting(let reason, _)), .state(.lost(let reason)), .corrupt(let reason): reason
        default: ""
        }
    }
}

extension FrameSource {
    /// The next events that are not idle, at most `count`, in at most `limit` calls.
    func events(_ count: Int, limit: Int = 400) -> [SourceEvent] {
        var events: [SourceEvent] = []
        var storage: [UInt8] = []
        for _ in 0..<limit where events.count < count {
            let event = next(timeout: .milliseconds(100), storage: &storage)
            if case .idle = event { continue }
            events.append(event)
        }
        return events
    }

    func words(_ count: Int) -> [String] { events(count).map(\.word) }
}
