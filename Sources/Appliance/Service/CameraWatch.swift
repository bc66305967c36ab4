import Actions
import Capture
import Frames
import Logging
import Synchronization

/// Follows the state of the source: tells the log, and makes the outputs safe while there is no camera. Called on the capture thread.
final class CameraWatch: Sendable {
    struct State: Sendable {
        /// For the status line.
        var text = "camera starting"
        var isStreaming = false
        /// A file or pipe has no more frames.
        var hasEnded = false
    }

    private let logger: Logger
    private let outputs: OutputThread?
    private let current = Mutex(State())

    init(logger: Logger, outputs: OutputThread?) {
        self.logger = logger
        self.outputs = outputs
    }

    var state: State { current.withLock { $0 } }

    func receive(_ event: CaptureEvent) {
        switch event {
        case .state(.streaming):
            outputs?.clear(.cameraLost)
            current.withLock { ($0.text, $0.isStreaming) = ("camera ok", true) }
            logger.notice("camera is streaming", metadata: ["event": "camera.found"])
        case .state(.open(let label)): logger.info("camera is open: \(label)", metadata: ["event": "camera.open"])
        case .state(.lost(let reason)):
            outputs?.raise(.cameraLost)
            current.withLock { ($0.text, $0.isStreaming) = ("CAMERA LOST", false) }
            logger.error("camera is lost: \(reason)", metadata: ["event": "camera.lost"])
        case .state(.waiting(let reason, _)):
            current.withLock { ($0.text, $0.isStreaming) = ("waiting for the camera", false) }
            logger.warning("no camera: \(reason)", metadata: ["event": "camera.waiting"])
        case .corrupt(let reason): logger.warning("damaged frame: \(reason)", metadata: ["event": "frame.corrupt"])
        case .dropped(let count): logger.debug("the driver dropped \(count) frames", metadata: ["event": "frame.missed"])
        case .ended: current.withLock { $0.hasEnded = true }
        }
    }
}
