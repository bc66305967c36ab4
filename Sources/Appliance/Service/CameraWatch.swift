import Actions
import Capture
import Frames
import Logging
import Synchronization
import Threads

/// Follows the state of the source: tells the log, and makes the outputs safe while there is no camera. Called on the capture thread.
final class CameraWatch: Sendable {
    struct State: Sendable {
        /// For the status line.
        var text = "camera starting"
        var isStreaming = false
        /// A file or pipe has no more frames.
        var hasEnded = false
        /// Why the source is lost; nil while it is not.
        var failure: String?
    }

    private let logger: Logger
    private let outputs: Mutex<OutputThread?>
    private let current = Mutex(State())
    private let damaged = RepeatedNotice(every: .seconds(10))
    private let clock = SystemClock()

    init(logger: Logger, outputs: OutputThread?) {
        self.logger = logger
        self.outputs = Mutex(outputs)
    }

    var state: State { current.withLock { $0 } }

    /// From now on these outputs are told when the camera is lost.
    func connect(_ new: OutputThread?) {
        outputs.withLock { outputs in
            outputs = new
            if state.failure != nil { new?.raise(.cameraLost) }
        }
    }

    func receive(_ event: CaptureEvent) {
        switch event {
        case .state(.streaming):
            current.withLock { ($0.text, $0.isStreaming, $0.failure) = ("camera ok", true, nil) }
            outputs.withLock { $0?.clear(.cameraLost) }
            logger.notice("camera is streaming", metadata: ["event": "camera.found"])
        case .state(.open(let label)): logger.info("camera is open: \(label)", metadata: ["event": "camera.open"])
        case .state(.lost(let reason)):
            current.withLock { ($0.text, $0.isStreaming, $0.failure) = ("CAMERA LOST", false, reason) }
            outputs.withLock { $0?.raise(.cameraLost) }
            logger.error("camera is lost: \(reason)", metadata: ["event": "camera.lost"])
        case .state(.waiting(let reason, _)):
            current.withLock { ($0.text, $0.isStreaming) = ("waiting for the camera", false) }
            logger.warning("no camera: \(reason)", metadata: ["event": "camera.waiting"])
        case .corrupt(let reason):
            guard let skipped = damaged.admit(at: clock.now) else { return }
            logger.warning("damaged frame: \(reason)\(RepeatedNotice.text(skipped))", metadata: ["event": "frame.corrupt"])
        case .dropped(let count): logger.debug("the driver dropped \(count) frames", metadata: ["event": "frame.missed"])
        case .ended: current.withLock { $0.hasEnded = true }
        }
    }
}
