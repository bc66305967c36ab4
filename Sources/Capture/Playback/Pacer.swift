import Frames

/// The nominal time of the frames of a source that has none of its own: start + index / rate.
struct Pacer {
    let rate: FrameRate
    let isPaced: Bool
    private(set) var index: UInt64 = 0
    private var start = Timestamp(nanoseconds: 0)
    private var wallStart: Int64 = 0

    init(rate: FrameRate, isPaced: Bool) {
        self.rate = rate
        self.isPaced = isPaced
    }

    mutating func start(_ clock: any Clock) {
        start = clock.now
        wallStart = clock.wallNanoseconds
    }

    /// Of the next frame.
    var timestamp: Timestamp { start.advanced(by: rate.time(ofFrame: index)) }
    var wallNanoseconds: Int64 { wallStart.addingReportingOverflow(rate.time(ofFrame: index).wholeNanoseconds).partialValue }

    /// Until the next frame is due; nil when frames need not wait.
    func timeLeft(at now: Timestamp) -> Duration? { isPaced ? timestamp.since(now) : nil }

    mutating func advance() { index += 1 }

    /// Leaves out the frames whose time, and the time of the frame after them, is over already.
    /// - Returns: how many were left out.
    mutating func skipMissed(at now: Timestamp) -> UInt64 {
        let late = now.since(timestamp)
        guard isPaced, late >= rate.period else { return 0 }
        let missed = UInt64(late.wholeNanoseconds / max(rate.period.wholeNanoseconds, 1))
        index += missed
        return missed
    }
}
