package import Frames

/// How long to be patient with a camera.
package struct RecoveryTiming: Sendable, Hashable {
    /// A running stream without a frame for so long is restarted.
    package let restartAfter: Duration
    /// The same before the first frame, for which cameras take longer.
    package let firstFrameAfter: Duration
    /// A running stream without a frame for so long, in spite of restarts, is given up and the device opened again.
    package let lostAfter: Duration
    /// The same before the first frame.
    package let firstFrameLostAfter: Duration

    /// - Parameters:
    ///   - period: from one frame to the next, if known.
    ///   - lostAfter: from the settings.
    package init(period: Duration?, lostAfter: Duration?) {
        let natural = max(.seconds(1), (period ?? .zero) * 3)
        restartAfter = min(natural, lostAfter ?? natural)
        self.lostAfter = lostAfter ?? natural * 3
        // Cameras that adapt their exposure take one to two seconds for their first frame.
        firstFrameAfter = max(natural, .seconds(3))
        firstFrameLostAfter = max(self.lostAfter, firstFrameAfter * 2)
    }
}

/// What to do about a camera now: a state machine without a camera and without a clock.
///
/// waiting -> (connected) -> listening -> (failed, or too long silent) -> waiting with a pause that doubles from 0.25 s to 5 s.
package struct Recovery: Sendable {
    package static let shortestPause = Duration.milliseconds(250)
    package static let longestPause = Duration.seconds(5)

    package enum Step: Sendable, Hashable {
        /// Nothing for so long.
        case pause(Duration)
        /// Look the device up, open it and start its stream.
        case connect
        /// Wait for a frame for at most so long.
        case listen(Duration)
        /// Stop the stream and start it again.
        case restart
        /// Close the device: nothing came for so long.
        case giveUp(Duration)
        /// Close the device: frames came for so long, none usable.
        case giveUpDamaged(Duration)
    }

    private enum Phase {
        case waiting(until: Timestamp)
        case listening(Listening)
    }

    private struct Listening {
        var timing: RecoveryTiming
        /// The last buffer of any kind, or the start.
        var lastBuffer: Timestamp
        /// The last usable frame, or the start.
        var lastFrame: Timestamp
        var lastRestart: Timestamp
        var hasFrame = false
    }

    private var phase = Phase.waiting(until: Timestamp(nanoseconds: .min))
    private var nextPause = Self.shortestPause

    package init() {}

    package func step(at now: Timestamp) -> Step {
        switch phase {
        case .waiting(let until):
            return now < until ? .pause(until.since(now)) : .connect
        case .listening(let stream):
            let silence = now.since(stream.lastBuffer)
            let lostAfter = stream.hasFrame ? stream.timing.lostAfter : stream.timing.firstFrameLostAfter
            if silence >= lostAfter { return .giveUp(silence) }
            let damaged = now.since(stream.lastFrame)
            if stream.lastBuffer > stream.lastFrame, damaged >= lostAfter * 3 { return .giveUpDamaged(damaged) }
            let restartAfter = stream.hasFrame ? stream.timing.restartAfter : stream.timing.firstFrameAfter
            let sinceSign = now.since(max(stream.lastBuffer, stream.lastRestart))
            if sinceSign >= restartAfter { return .restart }
            return .listen(min(restartAfter - sinceSign, lostAfter - silence))
        }
    }

    /// The stream runs.
    package mutating func connected(at now: Timestamp, _ timing: RecoveryTiming) {
        phase = .listening(Listening(timing: timing, lastBuffer: now, lastFrame: now, lastRestart: now))
    }

    /// A buffer came; `isUsable` when it held a frame.
    package mutating func heard(at now: Timestamp, isUsable: Bool) {
        guard case .listening(var stream) = phase else { return }
        stream.lastBuffer = now
        if isUsable {
            stream.lastFrame = now
            stream.hasFrame = true
            nextPause = Self.shortestPause
        }
        phase = .listening(stream)
    }

    /// The stream was stopped and started again.
    package mutating func restarted(at now: Timestamp) {
        guard case .listening(var stream) = phase else { return }
        stream.lastRestart = now
        phase = .listening(stream)
    }

    /// The device is closed: it could not be opened, failed, or was given up.
    /// - Parameter afterListening: given up after a long silence, so that the next attempt need not wait longer and longer.
    /// - Returns: the pause before the next attempt.
    package mutating func failed(at now: Timestamp, afterListening: Bool = false) -> Duration {
        let pause = afterListening ? Self.shortestPause : nextPause
        if !afterListening { nextPause = min(nextPause * 2, Self.longestPause) }
        phase = .waiting(until: now.advanced(by: pause))
        return pause
    }

    /// Something changed among the devices: the next attempt comes at once.
    package mutating func hurry(at now: Timestamp) {
        guard case .waiting = phase else { return }
        nextPause = Self.shortestPause
        phase = .waiting(until: now)
    }
}
