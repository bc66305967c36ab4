import Frames

/// One open camera with its mapped buffers; closes itself. Lives on the capture thread.
///
/// Life: open, `start`, then `wait` and `dequeue` in turn, `restart` when it hangs. After any error it is good for nothing but to be let go.
struct CameraStream: ~Copyable {
    private static let bufferCount = 4
    /// Drivers may give more buffers than asked for; not more than VIDEO_MAX_FRAME.
    private static let maximumBufferCount = 32

    let path: String
    let card: String
    private let kernel: any CameraKernel
    private let handle: CameraHandle
    // Set in `init`, not here: Swift 6.2 destroys a default twice when an initialiser throws a typed error before all else is set.
    private var buffers: [MappedBuffer]
    private var isStreaming = false
    private(set) var format: StreamFormat?
    private(set) var rate: FrameRate?

    /// Opens the node at `path` and checks that it is a camera.
    /// - Throws: `CaptureError.refused` or `notACamera`.
    init(opening path: String, _ kernel: any CameraKernel) throws(CaptureError) {
        let handle: CameraHandle
        do throws(Errno) { handle = try kernel.open(path) } catch { throw .refused(.open, error, subject: path, stream: nil) }
        let capabilities: CameraCapabilities
        do throws(Errno) {
            capabilities = try kernel.capabilities(handle)
        } catch {
            kernel.close(handle)
            throw .refused(.queryCapabilities, error, subject: path, stream: nil)
        }
        guard capabilities.canCapture, capabilities.canStream else {
            kernel.close(handle)
            throw .notACamera(path: path, card: capabilities.card)
        }
        self.path = path
        self.card = capabilities.card
        self.kernel = kernel
        self.handle = handle
        buffers = []
    }

    deinit {
        if isStreaming { try? kernel.streamOff(handle) }
        for buffer in buffers { kernel.unmap(buffer) }
        kernel.close(handle)
    }

    /// Agrees on a format, maps the buffers and starts.
    /// - Parameters:
    ///   - formats: in order of preference.
    ///   - size: nil for the driver's own.
    ///   - rate: nil for the driver's own.
    mutating func start(formats: [PixelFormat], size: Size?, rate: FrameRate?) throws(CaptureError) {
        let format = try negotiate(formats, size)
        self.format = format
        // Not every driver can be told a rate, and none must: what comes is what it gives.
        if let rate, let granted = try? kernel.setFrameInterval(handle, rate.interval) { self.rate = FrameRate(granted) }
        let granted = try asking(.requestBuffers) { (kernel, handle) throws(Errno) in
            try kernel.requestBuffers(handle, count: Self.bufferCount)
        }
        guard (1...Self.maximumBufferCount).contains(granted) else {
            throw .badAnswer(.requestBuffers, subject: path, detail: "\(granted) buffers")
        }
        for index in 0..<granted {
            buffers.append(try asking(.mmap) { (kernel, handle) throws(Errno) in try kernel.map(handle, index: index) })
        }
        try queueAllAndStart()
    }

    /// Stops and starts the stream, which wakes some cameras that hang.
    mutating func restart() throws(CaptureError) {
        isStreaming = false
        try asking(.streamOff) { (kernel, handle) throws(Errno) in try kernel.streamOff(handle) }
        // STREAMOFF takes all buffers out of the driver's queues.
        try queueAllAndStart()
    }

    func wait(for timeout: Duration) -> Readiness { kernel.wait(handle, for: timeout) }

    /// Takes the next buffer, copies its bytes unless they are known to be damaged, and gives the buffer back to the driver at once.
    /// - Parameter storage: replaced by the buffer's bytes; untouched for a damaged or empty one.
    /// - Returns: nil when there is none after all.
    mutating func dequeue(into storage: inout [UInt8]) throws(CaptureError) -> FilledBuffer? {
        let filled: FilledBuffer
        do throws(Errno) {
            filled = try kernel.dequeue(handle)
        } catch {
            if error == .tryAgain { return nil }
            throw .refused(.dequeue, error, subject: path, stream: nil)
        }
        guard buffers.indices.contains(filled.index) else {
            throw .badAnswer(.dequeue, subject: path, detail: "buffer \(filled.index) of \(buffers.count)")
        }
        if !filled.isFlagged && filled.bytesUsed > 0 {
            kernel.copy(buffers[filled.index], byteCount: filled.bytesUsed, into: &storage)
        }
        try asking(.queue) { (kernel, handle) throws(Errno) in try kernel.queue(handle, index: filled.index) }
        return filled
    }

    private mutating func queueAllAndStart() throws(CaptureError) {
        for index in buffers.indices {
            try asking(.queue) { (kernel, handle) throws(Errno) in try kernel.queue(handle, index: index) }
        }
        try asking(.streamOn) { (kernel, handle) throws(Errno) in try kernel.streamOn(handle) }
        isStreaming = true
    }

    /// The first of the wanted formats that the driver offers and grants.
    private func negotiate(_ wanted: [PixelFormat], _ size: Size?) throws(CaptureError) -> StreamFormat {
        let offered = offeredFormats()
        var refusal: CaptureError?
        for format in wanted {
            // A driver that names no formats at all is asked for each.
            let codes = offered.isEmpty ? [FourCC(format.rawValue)] : offered.filter { $0.pixelFormat == format }
            for code in codes {
                do throws(CaptureError) {
                    return try ask(for: code, size, wanted)
                } catch {
                    // Another user of the device, or its end, is the same for every format.
                    if case .refused(_, let errno, _, _) = error, errno != .invalidArgument { throw error }
                    refusal = refusal ?? error
                }
            }
        }
        throw refusal ?? .noCommonFormat(path: path, wanted: wanted, offered: offered.map(\.description))
    }

    private func ask(for code: FourCC, _ size: Size?, _ wanted: [PixelFormat]) throws(CaptureError) -> StreamFormat {
        let granted: GrantedFormat
        do throws(Errno) {
            granted = try kernel.setFormat(handle, code, size)
        } catch {
            let stream = (size.map { "\($0) " } ?? "") + code.description
            throw .refused(.setFormat, error, subject: path, stream: stream)
        }
        return try StreamFormat(granted, wanted: wanted, path: path)
    }

    /// At most 64, so that a driver without an end does not keep us.
    private func offeredFormats() -> [FourCC] {
        var codes: [FourCC] = []
        for index in 0..<64 {
            guard let format = try? kernel.format(handle, at: index) else { break }
            if !codes.contains(format.code) { codes.append(format.code) }
        }
        return codes
    }

    private func asking<Answer>(
        _ operation: CaptureError.Operation, _ call: (any CameraKernel, CameraHandle) throws(Errno) -> Answer
    ) throws(CaptureError) -> Answer {
        do throws(Errno) {
            return try call(kernel, handle)
        } catch {
            let stream = format.map { "\($0.size) \($0.pixels.rawValue)" }
            throw .refused(operation, error, subject: path, stream: stream)
        }
    }
}
