package import Frames
import Threads

/// Makes the source that the settings ask for.
package enum CaptureSource {
    /// Called on the thread that will use the source. Opens nothing yet: what is missing or broken comes as an event.
    /// - Parameters:
    ///   - clock: for time stamps and pauses.
    ///   - pace: whether files and the test pattern hold their rate in real time; a camera and a pipe have a pace of their own.
    ///   - kernel: the cameras; another one in tests.
    package static func make(
        _ settings: CameraSettings, clock: any Clock = SystemClock(), pace: Bool = true, kernel: any CameraKernel = LinuxCameraKernel()
    ) -> any FrameSource {
        switch settings.device {
        case .node, .link, .name: CameraSource(settings, kernel: kernel, clock: clock)
        case .file(let path): FileSource(path: path, rate: settings.rate, loops: settings.loops, pace: pace, clock: clock)
        case .standardInput: PipeSource(descriptor: 0, label: "standard input", clock: clock)
        case .testPattern: PatternSource(size: settings.size, rate: settings.rate, pace: pace, clock: clock)
        }
    }
}
