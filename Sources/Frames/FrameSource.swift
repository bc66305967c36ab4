/// Where frames come from: a camera, a file, a pipe, a test pattern.
///
/// A source is built and used on one thread, the capture thread, which calls `next` in a loop. It never throws and never ends because of a
/// fault: faults are events, after which the source goes on trying by itself with a growing pause.
package protocol FrameSource: AnyObject {
    /// Whether frames come when they like (camera, pipe): the newest one wins and the others are dropped. A file never drops a frame.
    var isLive: Bool { get }
    /// What a person calls the source, for messages: `/dev/video0 (Arducam) 640x480 MJPG`.
    var label: String { get }

    /// Waits for at most `timeout` and tells what came.
    /// - Parameter storage: memory to be filled with the frame's bytes, recycled from an earlier frame; taken only when a frame is returned.
    func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent
}

package enum SourceEvent: Sendable {
    case frame(Frame)
    /// A frame came and was unusable (a flag of the driver, a JPEG without an end): it is counted and skipped.
    case corrupt(reason: String)
    /// Frames that the driver dropped in between, seen as a gap in its sequence numbers.
    case dropped(count: UInt64)
    case state(SourceState)
    /// Nothing within the timeout.
    case idle
    /// A file or pipe has no more frames.
    case ended
}

/// The life of a source: waiting for a device, open, streaming, lost, and again.
package enum SourceState: Sendable, Equatable {
    /// No device yet; the next attempt comes after the pause.
    case waiting(reason: String, retryAfter: Duration)
    /// Device open and configured, no frame seen yet.
    case open(label: String)
    case streaming
    /// It had been streaming and stopped: unplugged, stalled, an error of the driver.
    case lost(reason: String)
}
