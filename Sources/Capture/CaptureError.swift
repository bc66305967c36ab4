package import Frames

/// Why frames cannot be had just now. Every case ends in an event of its source, in the words of `description`.
package enum CaptureError: Error, Sendable, Hashable {
    /// What was asked of the system when it refused.
    package enum Operation: String, Sendable, Hashable {
        case open, read, list, poll, mmap
        case createThread = "pthread_create"
        case queryCapabilities = "VIDIOC_QUERYCAP"
        case enumerateFormats = "VIDIOC_ENUM_FMT"
        case setFormat = "VIDIOC_S_FMT"
        case requestBuffers = "VIDIOC_REQBUFS"
        case queue = "VIDIOC_QBUF"
        case dequeue = "VIDIOC_DQBUF"
        case streamOn = "VIDIOC_STREAMON"
        case streamOff = "VIDIOC_STREAMOFF"
    }

    /// No device fits the settings' `device`.
    case noDevice(wanted: String)
    /// The system refused; `subject` is the device or file, `stream` the format asked for (`1280x720 YUYV`) where there is one.
    case refused(Operation, Errno, subject: String, stream: String?)
    /// A video node that cannot capture or stream: a metadata node, a codec, an output.
    case notACamera(path: String, card: String)
    /// The camera has none of the formats asked for.
    case noCommonFormat(path: String, wanted: [PixelFormat], offered: [String])
    /// The driver answered nonsense.
    case badAnswer(Operation, subject: String, detail: String)
    /// The camera stopped giving frames without an error.
    case silent(subject: String, for: Duration)
    /// Frames come, and none of them is usable.
    case onlyCorruptFrames(subject: String, for: Duration)
}

extension CaptureError: CustomStringConvertible {
    /// One sentence for the person at the device: what happened, and what to do.
    package var description: String {
        switch self {
        case .noDevice(let wanted):
            "no camera fits '\(wanted)': check the cable and the power, and list the cameras with 'picket doctor'"
        case .refused(let operation, let errno, let subject, let stream):
            Self.words(operation, errno, subject, stream ?? "this format") + " (\(operation.rawValue): \(errno))"
        case .notACamera(let path, let card):
            "\(path) (\(card)) does not capture video: a camera often has several nodes, choose the one that ends in 'index0'"
        case .noCommonFormat(let path, let wanted, let offered):
            "\(path) has none of the formats \(wanted.map(\.rawValue).joined(separator: ", ")): "
                + (offered.isEmpty ? "it names none" : "it has \(offered.prefix(12).joined(separator: ", "))")
        case .badAnswer(let operation, let subject, let detail):
            "the driver of \(subject) gave a senseless answer: \(detail) (\(operation.rawValue))"
        case .silent(let subject, let time):
            "no frame from \(subject) for \(Self.text(time)), and no error: the camera or its cable hangs"
        case .onlyCorruptFrames(let subject, let time):
            "\(subject) has given only damaged frames for \(Self.text(time)): check the cable, the hub and the power supply"
        }
    }

    private static func text(_ duration: Duration) -> String {
        let tenths = duration.wholeNanoseconds / 100_000_000
        return "\(tenths / 10).\(tenths % 10) s"
    }

    private static func words(_ operation: Operation, _ errno: Errno, _ subject: String, _ stream: String) -> String {
        switch (operation, errno) {
        case (.open, .noEntry), (.list, .noEntry): "there is no \(subject): is it plugged in, is the name right?"
        case (_, .accessDenied), (_, .notPermitted):
            "no permission for \(subject): let the service's user read it (for cameras: the group 'video')"
        case (_, .tooManyOpenFiles): "too many files are open in this process"
        case (.read, .isFolder): "\(subject) is a folder: write its name with a '/' at the end"
        case (.read, _), (.list, _): "cannot read \(subject)"
        case (.createThread, _): "the system has no room for another thread"
        case (_, .noSpace): "the USB bus has no bandwidth left for \(stream): choose MJPG, a smaller size, or another port"
        case (_, .busy): "another program is using \(subject): stop it ('fuser \(subject)' tells which)"
        case (_, .noDevice), (_, .noSuchAddress): "\(subject) was unplugged or its driver went away"
        case (_, .noMemory):
            "the driver of \(subject) has no memory for \(stream): choose a smaller size, or give the kernel more CMA memory"
        case (.streamOn, .brokenPipe): "the media pipeline behind \(subject) is not set up for \(stream): configure it with media-ctl"
        case (.streamOn, .invalidArgument), (.setFormat, .invalidArgument):
            "\(subject) cannot stream \(stream): choose another format or size ('picket doctor' lists them)"
        case (.dequeue, .invalidArgument), (.queue, .invalidArgument): "the driver of \(subject) was removed or reset while streaming"
        case (_, .inputOutput): "\(subject) reports a transfer fault: check the cable, the hub and the power supply"
        case (_, .protocolFault), (_, .timedOut): "\(subject) does not answer on the bus: check the cable, the hub and the power supply"
        case (_, .notSupportedRequest): "\(subject) is not a video device"
        default: "\(subject) failed"
        }
    }
}
