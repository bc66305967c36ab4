import CV4L2
package import Frames
import Glibc
import Threads

/// The cameras of this machine, through libv4l2. The only file that knows V4L2's structures.
///
/// Used on one thread at a time; holds no state but two folder names.
package final class LinuxCameraKernel: CameraKernel {
    private let deviceFolder: String
    private let classFolder: String

    /// - Parameters:
    ///   - deviceFolder: where the nodes are; `/dev` but in tests.
    ///   - classFolder: where their names are; `/sys/class/video4linux` but in tests.
    package init(deviceFolder: String = "/dev", classFolder: String = "/sys/class/video4linux") {
        self.deviceFolder = deviceFolder
        self.classFolder = classFolder
    }

    // MARK: Looking around

    package func videoNodes() -> [VideoNode] {
        let names = (try? Folder.names(in: deviceFolder)) ?? []
        let numbered = names.filter { $0.hasPrefix("video") && $0.count > 5 && $0.dropFirst(5).allSatisfy(\.isNumber) }
        return numbered.sorted(by: NaturalOrder.precedes).map { name in
            let text = OpenFile.smallText("\(classFolder)/\(name)/name") ?? ""
            return VideoNode(path: "\(deviceFolder)/\(name)", name: text)
        }
    }

    package func links(_ folder: DeviceLink.Folder) -> [DeviceLink] {
        let path = "\(deviceFolder)/v4l/\(folder.rawValue)"
        let names = ((try? Folder.names(in: path)) ?? []).sorted(by: NaturalOrder.precedes)
        return names.compactMap { name in Folder.resolved("\(path)/\(name)").map { DeviceLink(name: name, target: $0) } }
    }

    package func identity(of path: String) -> UInt64? { Folder.identity(of: path) }

    // MARK: Life of a device

    package func open(_ path: String) throws(Errno) -> CameraHandle {
        // SAFETY: the string is lent, with its final zero, for the call.
        CameraHandle(descriptor: try checked(unsafe pk_v4l2_open(path)))
    }

    package func close(_ camera: CameraHandle) {
        _ = pk_v4l2_close(camera.descriptor)
    }

    package func capabilities(_ camera: CameraHandle) throws(Errno) -> CameraCapabilities {
        var answer = v4l2_capability()
        try call(camera, pk_vidioc_querycap, &answer)
        // The node's own capabilities when the driver tells them apart from the whole device's.
        let flags = answer.capabilities & UInt32(V4L2_CAP_DEVICE_CAPS) != 0 ? answer.device_caps : answer.capabilities
        return CameraCapabilities(
            driver: text(answer.driver), card: text(answer.card), bus: text(answer.bus_info),
            canCapture: flags & UInt32(V4L2_CAP_VIDEO_CAPTURE) != 0, canStream: flags & UInt32(V4L2_CAP_STREAMING) != 0)
    }

    // MARK: Formats

    package func format(_ camera: CameraHandle, at index: Int) throws(Errno) -> OfferedFormat {
        var answer = v4l2_fmtdesc()
        answer.index = UInt32(clamping: index)
        answer.type = capture
        try call(camera, pk_vidioc_enum_fmt, &answer)
        return OfferedFormat(code: FourCC(code: answer.pixelformat), description: text(answer.description))
    }

    package func frameSize(_ camera: CameraHandle, of code: FourCC, at index: Int) throws(Errno) -> OfferedSize {
        var answer = v4l2_frmsizeenum()
        answer.index = UInt32(clamping: index)
        answer.pixel_format = code.code
        try call(camera, pk_vidioc_enum_framesizes, &answer)
        if answer.type == V4L2_FRMSIZE_TYPE_DISCRETE.rawValue {
            let size = answer.discrete
            return .exactly(Size(width: Int(size.width), height: Int(size.height)))
        }
        let range = answer.stepwise
        return .range(
            from: Size(width: Int(range.min_width), height: Int(range.min_height)),
            to: Size(width: Int(range.max_width), height: Int(range.max_height)))
    }

    package func frameInterval(_ camera: CameraHandle, of code: FourCC, _ size: Size, at index: Int) throws(Errno) -> FrameInterval {
        var answer = v4l2_frmivalenum()
        answer.index = UInt32(clamping: index)
        answer.pixel_format = code.code
        answer.width = UInt32(clamping: size.width)
        answer.height = UInt32(clamping: size.height)
        try call(camera, pk_vidioc_enum_frameintervals, &answer)
        let fraction = answer.type == V4L2_FRMIVAL_TYPE_DISCRETE.rawValue ? answer.discrete : answer.stepwise.min
        return FrameInterval(numerator: fraction.numerator, denominator: fraction.denominator)
    }

    package func setFormat(_ camera: CameraHandle, _ code: FourCC, _ size: Size?) throws(Errno) -> GrantedFormat {
        var answer = unsafe v4l2_format()
        unsafe answer.type = capture
        if let size {
            unsafe answer.fmt.pix.width = UInt32(clamping: size.width)
            unsafe answer.fmt.pix.height = UInt32(clamping: size.height)
        } else {
            try unsafe call(camera, pk_vidioc_g_fmt, &answer)
        }
        // SAFETY: `pix` is the member that the type V4L2_BUF_TYPE_VIDEO_CAPTURE selects; all of its bytes are set.
        unsafe answer.fmt.pix.pixelformat = code.code
        unsafe answer.fmt.pix.field = V4L2_FIELD_ANY.rawValue
        unsafe answer.fmt.pix.bytesperline = 0
        unsafe answer.fmt.pix.sizeimage = 0
        try unsafe call(camera, pk_vidioc_s_fmt, &answer)
        let granted = unsafe answer.fmt.pix
        return GrantedFormat(
            code: FourCC(code: granted.pixelformat), width: Int(granted.width), height: Int(granted.height),
            bytesPerLine: Int(granted.bytesperline), imageByteCount: Int(granted.sizeimage))
    }

    package func setFrameInterval(_ camera: CameraHandle, _ interval: FrameInterval) throws(Errno) -> FrameInterval {
        var answer = v4l2_streamparm()
        answer.type = capture
        // SAFETY: `capture` is the member that the type V4L2_BUF_TYPE_VIDEO_CAPTURE selects.
        unsafe answer.parm.capture.timeperframe = v4l2_fract(numerator: interval.numerator, denominator: interval.denominator)
        try call(camera, pk_vidioc_s_parm, &answer)
        let granted = unsafe answer.parm.capture.timeperframe
        return FrameInterval(numerator: granted.numerator, denominator: granted.denominator)
    }

    // MARK: Buffers

    package func requestBuffers(_ camera: CameraHandle, count: Int) throws(Errno) -> Int {
        var answer = v4l2_requestbuffers()
        answer.count = UInt32(clamping: count)
        answer.type = capture
        answer.memory = V4L2_MEMORY_MMAP.rawValue
        try call(camera, pk_vidioc_reqbufs, &answer)
        return Int(answer.count)
    }

    package func map(_ camera: CameraHandle, index: Int) throws(Errno) -> MappedBuffer {
        var answer = unsafe buffer(index)
        try unsafe call(camera, pk_vidioc_querybuf, &answer)
        // SAFETY: `offset` is the member that V4L2_MEMORY_MMAP selects.
        let (byteCount, offset) = unsafe (Int(answer.length), Int64(answer.m.offset))
        guard byteCount > 0 else { throw Errno.invalidArgument }
        var failure: Int32 = 0
        // SAFETY: the kernel checks length and offset against the buffer; nothing is read here.
        guard let address = unsafe pk_v4l2_map(camera.descriptor, byteCount, offset, &failure) else { throw Errno(code: -failure) }
        return MappedBuffer(token: UInt(bitPattern: address), byteCount: byteCount)
    }

    package func unmap(_ buffer: MappedBuffer) {
        // SAFETY: the token is an address that `map` gave, with its length; its one owner (CameraStream) unmaps it once and forgets it.
        _ = unsafe pk_v4l2_unmap(UnsafeMutableRawPointer(bitPattern: buffer.token), buffer.byteCount)
    }

    package func queue(_ camera: CameraHandle, index: Int) throws(Errno) {
        var request = unsafe buffer(index)
        try unsafe call(camera, pk_vidioc_qbuf, &request)
    }

    package func dequeue(_ camera: CameraHandle) throws(Errno) -> FilledBuffer {
        var answer = unsafe buffer(0)
        try unsafe call(camera, pk_vidioc_dqbuf, &answer)
        // SAFETY: plain numbers of a structure that the kernel filled.
        let (flags, time) = unsafe (answer.flags, answer.timestamp)
        let isMonotonic = flags & UInt32(V4L2_BUF_FLAG_TIMESTAMP_MASK) == UInt32(V4L2_BUF_FLAG_TIMESTAMP_MONOTONIC)
        let (seconds, tooLarge) = Int64(time.tv_sec).multipliedReportingOverflow(by: 1_000_000_000)
        let nanoseconds = seconds.addingReportingOverflow(Int64(time.tv_usec) &* 1000)
        let isUsable = isMonotonic && !tooLarge && !nanoseconds.overflow && (0..<1_000_000).contains(time.tv_usec)
        return unsafe FilledBuffer(
            index: Int(answer.index), bytesUsed: Int(answer.bytesused), isFlagged: flags & UInt32(V4L2_BUF_FLAG_ERROR) != 0,
            sequence: answer.sequence, timestamp: isUsable ? Timestamp(nanoseconds: nanoseconds.partialValue) : nil)
    }

    package func streamOn(_ camera: CameraHandle) throws(Errno) {
        var type = Int32(bitPattern: capture)
        try call(camera, pk_vidioc_streamon, &type)
    }

    package func streamOff(_ camera: CameraHandle) throws(Errno) {
        var type = Int32(bitPattern: capture)
        try call(camera, pk_vidioc_streamoff, &type)
    }

    package func wait(_ camera: CameraHandle, for timeout: Duration) -> Readiness { Descriptor.wait(camera.descriptor, for: timeout) }

    package func copy(_ buffer: MappedBuffer, byteCount: Int, into storage: inout [UInt8]) {
        storage.removeAll(keepingCapacity: true)
        let count = min(max(byteCount, 0), buffer.byteCount)
        // SAFETY: `map` gave the token for `buffer.byteCount` readable bytes, and `count` is not more; they are mapped until `unmap`, which
        // the one owner (CameraStream) calls last. The driver may still write to them, which changes pixels and nothing else.
        guard count > 0, let address = unsafe UnsafeRawPointer(bitPattern: buffer.token) else { return }
        unsafe storage.append(contentsOf: UnsafeRawBufferPointer(start: address, count: count))
    }

    package func pause(for duration: Duration) { SystemClock.pause(for: duration) }

    // MARK: Calling

    private let capture = V4L2_BUF_TYPE_VIDEO_CAPTURE.rawValue

    private func buffer(_ index: Int) -> v4l2_buffer {
        var request = unsafe v4l2_buffer()
        unsafe request.index = UInt32(clamping: index)
        unsafe request.type = capture
        unsafe request.memory = V4L2_MEMORY_MMAP.rawValue
        return unsafe request
    }

    private func checked(_ result: Int32) throws(Errno) -> Int32 {
        guard result >= 0 else { throw Errno(code: -result) }
        return result
    }

    /// `Argument` must be the structure that the request is defined with (videodev2.h).
    private func call<Argument>(_ camera: CameraHandle, _ request: UInt, _ argument: inout Argument) throws(Errno) {
        // SAFETY: the request's number holds the size of its structure; every caller above passes that structure, all zero but for
        // what it sets, and it is lent for the call.
        let result = unsafe withUnsafeMutablePointer(to: &argument) { unsafe pk_v4l2_ioctl(camera.descriptor, request, $0) }
        _ = try checked(result)
    }

    /// The text of a fixed array of letters that ends at the first zero or at its own end.
    private func text<Letters>(_ letters: Letters) -> String {
        // SAFETY: a tuple of bytes, read within its own extent.
        unsafe withUnsafeBytes(of: letters) { bytes in
            let used = unsafe bytes.prefix { $0 != 0 }.map { (0x20...0x7E).contains($0) ? $0 : UInt8(ascii: "?") }
            return String(decoding: used, as: UTF8.self)
        }
    }
}
