package import Frames

/// What the camera code asks of the kernel, one method a call, in Swift's words. The real one is `LinuxCameraKernel`; tests script another.
///
/// Answers are input: whoever calls these checks every number before using it.
package protocol CameraKernel: AnyObject {
    /// All video nodes, in natural order of their paths, with the names that their drivers gave them.
    func videoNodes() -> [VideoNode]
    /// The stable names below `/dev/v4l`, in natural order.
    func links(_ folder: DeviceLink.Folder) -> [DeviceLink]
    /// A number that changes whenever the node is made anew or its permissions change; nil when there is none.
    func identity(of path: String) -> UInt64?

    /// Corresponds to open with O_NONBLOCK, and v4l2_fd_open.
    func open(_ path: String) throws(Errno) -> CameraHandle
    func close(_ camera: CameraHandle)
    /// Corresponds to VIDIOC_QUERYCAP.
    func capabilities(_ camera: CameraHandle) throws(Errno) -> CameraCapabilities
    /// Corresponds to VIDIOC_ENUM_FMT; EINVAL past the last one.
    func format(_ camera: CameraHandle, at index: Int) throws(Errno) -> OfferedFormat
    /// Corresponds to VIDIOC_ENUM_FRAMESIZES; EINVAL past the last one.
    func frameSize(_ camera: CameraHandle, of code: FourCC, at index: Int) throws(Errno) -> OfferedSize
    /// Corresponds to VIDIOC_ENUM_FRAMEINTERVALS; EINVAL past the last one.
    func frameInterval(_ camera: CameraHandle, of code: FourCC, _ size: Size, at index: Int) throws(Errno) -> FrameInterval
    /// Corresponds to VIDIOC_S_FMT; a nil size keeps the driver's own (VIDIOC_G_FMT).
    func setFormat(_ camera: CameraHandle, _ code: FourCC, _ size: Size?) throws(Errno) -> GrantedFormat
    /// Corresponds to VIDIOC_S_PARM.
    func setFrameInterval(_ camera: CameraHandle, _ interval: FrameInterval) throws(Errno) -> FrameInterval
    /// Corresponds to VIDIOC_REQBUFS with mapped memory.
    /// - Returns: how many buffers there are, which may be more or fewer than asked for.
    func requestBuffers(_ camera: CameraHandle, count: Int) throws(Errno) -> Int
    /// Corresponds to VIDIOC_QUERYBUF and mmap.
    func map(_ camera: CameraHandle, index: Int) throws(Errno) -> MappedBuffer
    /// Corresponds to munmap; the buffer must not be used afterwards.
    func unmap(_ buffer: MappedBuffer)
    /// Corresponds to VIDIOC_QBUF.
    func queue(_ camera: CameraHandle, index: Int) throws(Errno)
    /// Corresponds to VIDIOC_DQBUF.
    func dequeue(_ camera: CameraHandle) throws(Errno) -> FilledBuffer
    /// Corresponds to VIDIOC_STREAMON.
    func streamOn(_ camera: CameraHandle) throws(Errno)
    /// Corresponds to VIDIOC_STREAMOFF.
    func streamOff(_ camera: CameraHandle) throws(Errno)
    /// Corresponds to poll for POLLIN.
    func wait(_ camera: CameraHandle, for timeout: Duration) -> Readiness
    /// Replaces the contents of `storage` by the first `byteCount` bytes of a mapped buffer, clamped to its length.
    func copy(_ buffer: MappedBuffer, byteCount: Int, into storage: inout [UInt8])
    /// Sleeps.
    func pause(for duration: Duration)
}

/// An open video node: its descriptor.
package struct CameraHandle: Sendable, Hashable {
    package let descriptor: Int32

    package init(descriptor: Int32) { self.descriptor = descriptor }
}

/// A video node and the name of its device.
package struct VideoNode: Sendable, Hashable {
    package let path: String
    package let name: String

    package init(path: String, name: String) {
        self.path = path
        self.name = name
    }
}

/// A stable name of a video node, made by udev.
package struct DeviceLink: Sendable, Hashable {
    package enum Folder: String, Sendable, CaseIterable {
        /// By vendor, model and serial number.
        case byID = "by-id"
        /// By the port it is plugged into.
        case byPath = "by-path"
    }

    package let name: String
    /// The node that it leads to: `/dev/video2`.
    package let target: String

    package init(name: String, target: String) {
        self.name = name
        self.target = target
    }
}

/// Four letters that name a pixel format in V4L2.
package struct FourCC: Sendable, Hashable, CustomStringConvertible {
    /// The letters, the first one in the lowest byte.
    package let code: UInt32

    package init(code: UInt32) { self.code = code }

    /// The first four bytes of `text`, padded with spaces.
    package init(_ text: String) {
        var bytes = Array(text.utf8.prefix(4))
        while bytes.count < 4 { bytes.append(UInt8(ascii: " ")) }
        code = UInt32(bytes[0]) | UInt32(bytes[1]) << 8 | UInt32(bytes[2]) << 16 | UInt32(bytes[3]) << 24
    }

    package var description: String {
        let letters = (0..<4).map { UInt8(truncatingIfNeeded: code >> (8 * UInt32($0))) }
        let readable = letters.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
        return String(decoding: readable, as: UTF8.self).trimmingTrailingSpaces()
    }

    /// What Picket can read, if it can.
    package var pixelFormat: PixelFormat? {
        // JPEG: the older name that some drivers use for the same thing.
        self == FourCC("JPEG") ? .mjpeg : PixelFormat.allCases.first { FourCC($0.rawValue) == self }
    }
}

extension String {
    fileprivate func trimmingTrailingSpaces() -> String {
        var text = self
        while text.last == " " { text.removeLast() }
        return text
    }
}

package struct CameraCapabilities: Sendable, Hashable {
    package let driver: String
    package let card: String
    package let bus: String
    /// V4L2_CAP_VIDEO_CAPTURE, of this node.
    package let canCapture: Bool
    /// V4L2_CAP_STREAMING, of this node.
    package let canStream: Bool

    package init(driver: String, card: String, bus: String, canCapture: Bool, canStream: Bool) {
        self.driver = driver
        self.card = card
        self.bus = bus
        self.canCapture = canCapture
        self.canStream = canStream
    }
}

package struct OfferedFormat: Sendable, Hashable {
    package let code: FourCC
    package let description: String

    package init(code: FourCC, description: String) {
        self.code = code
        self.description = description
    }
}

package enum OfferedSize: Sendable, Hashable {
    case exactly(Size)
    /// Every size between, in the driver's steps.
    case range(from: Size, to: Size)
}

/// Seconds from one frame to the next, as a fraction.
package struct FrameInterval: Sendable, Hashable {
    package let numerator: UInt32
    package let denominator: UInt32

    package init(numerator: UInt32, denominator: UInt32) {
        self.numerator = numerator
        self.denominator = denominator
    }
}

/// What the driver made of the format that it was asked for.
package struct GrantedFormat: Sendable, Hashable {
    package let code: FourCC
    package let width: Int
    package let height: Int
    package let bytesPerLine: Int
    package let imageByteCount: Int

    package init(code: FourCC, width: Int, height: Int, bytesPerLine: Int, imageByteCount: Int) {
        self.code = code
        self.width = width
        self.height = height
        self.bytesPerLine = bytesPerLine
        self.imageByteCount = imageByteCount
    }
}

/// A buffer of the driver in this process's memory. Only the kernel layer knows what `token` means.
package struct MappedBuffer: Sendable, Hashable {
    package let token: UInt
    package let byteCount: Int

    package init(token: UInt, byteCount: Int) {
        self.token = token
        self.byteCount = byteCount
    }
}

/// What came back from VIDIOC_DQBUF.
package struct FilledBuffer: Sendable, Hashable {
    package let index: Int
    package let bytesUsed: Int
    /// V4L2_BUF_FLAG_ERROR: the data may be damaged, streaming goes on.
    package let isFlagged: Bool
    /// The driver's own count of frames, which wraps.
    package let sequence: UInt32
    /// Set when the driver says that its time stamps are of the monotonic clock.
    package let timestamp: Timestamp?

    package init(index: Int, bytesUsed: Int, isFlagged: Bool, sequence: UInt32, timestamp: Timestamp?) {
        self.index = index
        self.bytesUsed = bytesUsed
        self.isFlagged = isFlagged
        self.sequence = sequence
        self.timestamp = timestamp
    }
}

package enum Readiness: Sendable, Hashable {
    case ready
    case timedOut
    /// POLLERR or POLLHUP: the next dequeue tells why.
    case fault
}
