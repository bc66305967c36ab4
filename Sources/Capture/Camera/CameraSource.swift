package import Frames

/// Frames from a V4L2 camera that may come, go, hang and lie.
///
/// Lives on the capture thread. Every fault ends in an event and in another attempt; the device is looked up again each time, so that a
/// camera may come back under another number.
package final class CameraSource: FrameSource {
    /// While waiting, the devices are looked over this often, so that a camera that is plugged in is found before the pause is over.
    static let probeInterval = Duration.milliseconds(500)

    package let isLive = true
    package private(set) var label: String

    private let settings: CameraSettings
    private let kernel: any CameraKernel
    private let clock: any Clock
    private var camera: CameraStream?
    private var recovery = Recovery()
    private var tracker = SequenceTracker()
    private var stamps = TimestampFilter()
    /// Events that were found together with the one that was returned.
    private var pending: [SourceEvent] = []
    private var sequence: UInt64 = 0
    /// Between the first frame and the loss of the camera.
    private var isStreaming = false
    /// Formats for which the bus had no bandwidth; the others are tried first.
    private var tooLarge: [PixelFormat] = []
    private var lastState: SourceState?
    private var snapshot: [String: UInt64] = [:]
    private var nextProbe = Timestamp(nanoseconds: .min)

    package init(_ settings: CameraSettings, kernel: any CameraKernel, clock: any Clock) {
        self.settings = settings
        self.kernel = kernel
        self.clock = clock
        label = settings.device.description
        pending.reserveCapacity(4)
    }

    package func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent {
        if !pending.isEmpty { return pending.removeFirst() }
        let now = clock.now
        switch recovery.step(at: now) {
        case .pause(let left): return pause(min(left, timeout), now)
        case .connect: return connect(now)
        case .listen(let left): return listen(min(left, timeout), &storage)
        case .restart: return restart(now)
        case .giveUp(let silence): return lose(.silent(subject: label, for: silence), now, afterListening: true)
        case .giveUpDamaged(let time): return lose(.onlyCorruptFrames(subject: label, for: time), now, afterListening: true)
        }
    }

    // MARK: Waiting and connecting

    private func pause(_ duration: Duration, _ now: Timestamp) -> SourceEvent {
        if now >= nextProbe {
            nextProbe = now.advanced(by: Self.probeInterval)
            if DeviceLookup.snapshot(settings.device, kernel) != snapshot {
                recovery.hurry(at: now)
                return .idle
            }
        }
        kernel.pause(for: min(duration, Self.probeInterval))
        return .idle
    }

    private func connect(_ now: Timestamp) -> SourceEvent {
        // Taken before the attempt: a change during it must not go unseen.
        snapshot = DeviceLookup.snapshot(settings.device, kernel)
        nextProbe = now.advanced(by: Self.probeInterval)
        var failure = CaptureError.noDevice(wanted: settings.device.description)
        var isFirst = true
        for path in DeviceLookup.candidates(settings.device, kernel) {
            do throws(CaptureError) {
                try open(path)
                return announce(.open(label: label)) ?? .idle
            } catch {
                // Of several nodes, the one that is a camera has the better explanation.
                if isFirst || !error.isAboutAnotherKindOfNode { failure = error }
                isFirst = false
            }
        }
        let pause = recovery.failed(at: clock.now)
        return announce(.waiting(reason: failure.description, retryAfter: pause)) ?? .idle
    }

    private func open(_ path: String) throws(CaptureError) {
        var formats = settings.formats.filter { !tooLarge.contains($0) }
        if formats.isEmpty { formats = settings.formats }
        var stream = try CameraStream(opening: path, kernel)
        do throws(CaptureError) {
            try stream.start(formats: formats, size: settings.size, rate: settings.rate)
        } catch {
            rememberBandwidth(error, stream.format?.pixels)
            throw error
        }
        guard let format = stream.format else { return }
        label = "\(path) (\(stream.card)) \(format.size) \(format.pixels.rawValue)"
        let timing = RecoveryTiming(period: (stream.rate ?? settings.rate)?.period, lostAfter: settings.lostAfter)
        camera = consume stream
        tracker.reset()
        recovery.connected(at: clock.now, timing)
    }

    /// After ENOSPC the next attempt takes the next format that the camera may have; when none is left, all of them have another chance.
    private func rememberBandwidth(_ error: CaptureError, _ format: PixelFormat?) {
        switch error {
        case .refused(_, .noSpace, _, _):
            if let format, !tooLarge.contains(format) { tooLarge.append(format) }
            if settings.formats.allSatisfy({ tooLarge.contains($0) }) { tooLarge.removeAll() }
        case .noCommonFormat: tooLarge.removeAll()
        default: break
        }
    }

    // MARK: Streaming

    private func restart(_ now: Timestamp) -> SourceEvent {
        do throws(CaptureError) {
            try camera?.restart()
        } catch {
            return lose(error, now)
        }
        tracker.reset()
        recovery.restarted(at: clock.now)
        return .idle
    }

    private func listen(_ timeout: Duration, _ storage: inout [UInt8]) -> SourceEvent {
        let readiness = camera?.wait(for: timeout) ?? .fault
        if readiness == .timedOut { return .idle }
        let filled: FilledBuffer?
        do throws(CaptureError) {
            filled = try camera?.dequeue(into: &storage)
        } catch {
            return lose(error, clock.now)
        }
        guard let filled, let format = camera?.format else {
            // An error condition without a reason would have us spin here.
            guard readiness == .fault else { return .idle }
            return lose(.refused(.poll, .inputOutput, subject: label, stream: nil), clock.now)
        }
        return received(filled, format, &storage)
    }

    private func received(_ filled: FilledBuffer, _ format: StreamFormat, _ storage: inout [UInt8]) -> SourceEvent {
        let now = clock.now
        let gap = tracker.gap(before: filled.sequence)
        sequence += gap
        defer { sequence += 1 }
        if gap > 0 { pending.append(.dropped(count: gap)) }
        switch picture(filled, format, &storage) {
        case .failure(let damage):
            recovery.heard(at: now, isUsable: false)
            pending.append(.corrupt(reason: damage.rawValue))
        case .success(let size):
            recovery.heard(at: now, isUsable: true)
            if !isStreaming {
                isStreaming = true
                if let event = announce(.streaming) { pending.append(event) }
            }
            let stamp = stamps.checked(filled.timestamp, now: now)
            let frame = Frame(
                sequence: sequence, timestamp: stamp, wallNanoseconds: clock.wallNanoseconds - now.since(stamp).wholeNanoseconds,
                format: format.pixels, size: size, bytesPerRow: format.bytesPerRow, bytes: storage)
            // The frame owns the memory now; keeping it here too would make the next frame copy it.
            storage = []
            if pending.isEmpty { return .frame(frame) }
            pending.append(.frame(frame))
        }
        return pending.removeFirst()
    }

    private func picture(_ filled: FilledBuffer, _ format: StreamFormat, _ storage: inout [UInt8]) -> Result<Size, StreamFormat.Damage> {
        if filled.isFlagged { return .failure(.flagged) }
        if filled.bytesUsed <= 0 { return .failure(.empty) }
        return format.complete(&storage)
    }

    /// Closes the camera and says so.
    private func lose(_ error: CaptureError, _ now: Timestamp, afterListening: Bool = false) -> SourceEvent {
        camera = nil
        snapshot = DeviceLookup.snapshot(settings.device, kernel)
        nextProbe = now.advanced(by: Self.probeInterval)
        let pause = recovery.failed(at: now, afterListening: afterListening)
        guard isStreaming else { return announce(.waiting(reason: error.description, retryAfter: pause)) ?? .idle }
        isStreaming = false
        tooLarge.removeAll()
        return announce(.lost(reason: error.description)) ?? .idle
    }

    /// The event for a state, unless that was the last one told.
    private func announce(_ state: SourceState) -> SourceEvent? {
        guard state != lastState else { return nil }
        lastState = state
        return .state(state)
    }
}

extension CaptureError {
    /// Whether this is what the second, metadata node of a camera answers.
    fileprivate var isAboutAnotherKindOfNode: Bool {
        if case .notACamera = self { true } else { false }
    }
}
