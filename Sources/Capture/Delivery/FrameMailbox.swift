package import Frames
import Threads

/// Hands frames from the capture thread to one consumer: one place, the newest frame wins, or for files the producer waits.
///
/// Any frame that was put in is in exactly one count: captured = delivered + dropped + (1 if one is waiting). Frames given back are used for
/// later ones, so that nothing is allocated once the buffers have grown to the size of a frame.
package final class FrameMailbox: Sendable {
    package enum Delivery: Sendable {
        case frame(Frame)
        /// Nothing came in time.
        case timedOut
        /// Nothing will come any more.
        case finished
    }

    /// How the frames fared so far.
    package struct Counts: Sendable, Hashable {
        package var captured: UInt64
        package var delivered: UInt64
        package var dropped: UInt64
        /// In the mailbox now.
        package var waiting: UInt64

        package init(captured: UInt64 = 0, delivered: UInt64 = 0, dropped: UInt64 = 0, waiting: UInt64 = 0) {
            self.captured = captured
            self.delivered = delivered
            self.dropped = dropped
            self.waiting = waiting
        }
    }

    /// One with the source, one waiting, one or two with the consumer.
    private static let spareCount = 3

    private struct State {
        var frame: Frame?
        var counts = Counts()
        var spares: [[UInt8]] = []
        var isFinished = false
    }

    private let state = Monitor(State())

    package init() { state.update { $0.spares.reserveCapacity(Self.spareCount) } }

    package var counts: Counts { state.read { $0.counts } }

    // MARK: For the capture thread

    /// Puts a frame in; one that is still there is dropped. After `finish` the frame itself is dropped.
    package func put(_ frame: Frame) {
        state.update { state in
            state.counts.captured += 1
            if state.isFinished {
                state.counts.dropped += 1
                return
            }
            if let old = state.frame {
                state.counts.dropped += 1
                Self.keep(old.bytes, &state)
            }
            state.frame = frame
            state.counts.waiting = 1
        }
    }

    /// Waits until the place is empty.
    /// - Returns: false when the time was over first.
    package func waitUntilEmpty(for timeout: Duration) -> Bool {
        state.wait(atMost: timeout) { $0.frame == nil || $0.isFinished ? true : nil } ?? false
    }

    /// Memory of an earlier frame, or an empty array.
    package func takeSpare() -> [UInt8] { state.update { $0.spares.popLast() ?? [] } }

    /// No more frames will come. One that waits is still delivered, or counted as dropped when `discards` is true.
    package func finish(discards: Bool = false) {
        state.update { state in
            state.isFinished = true
            guard discards, state.frame != nil else { return }
            state.frame = nil
            state.counts.waiting = 0
            state.counts.dropped += 1
        }
    }

    // MARK: For the consumer

    /// Takes the frame, or waits for one. Called by one thread at a time.
    package func receive(timeout: Duration) -> Delivery {
        state.wait(atMost: timeout) { state in
            if let frame = state.frame.take() {
                state.counts.delivered += 1
                state.counts.waiting = 0
                return .frame(frame)
            }
            return state.isFinished ? .finished : nil
        } ?? .timedOut
    }

    /// Gives the memory of a frame back; call it last, when nobody else holds the frame (if somebody does, nothing breaks).
    package func recycle(_ frame: consuming Frame) {
        let bytes = frame.bytes
        state.update { Self.keep(bytes, &$0) }
    }

    private static func keep(_ bytes: [UInt8], _ state: inout State) {
        if state.spares.count < spareCount { state.spares.append(bytes) }
    }
}
