package import Frames

/// Frames from concatenated JPEGs that come through a pipe, such as the standard input. Live: a frame's time is when its last byte came.
///
/// Does not own the descriptor. Lives on one thread, the descriptor's only reader.
package final class PipeSource: FrameSource {
    private static let chunkByteCount = 64 * 1024

    package let isLive = true
    package let label: String

    private let descriptor: Int32
    private let clock: any Clock
    private var splitter: MJPEGSplitter
    private var chunk: [UInt8] = []
    private var pending: [SourceEvent]
    private var sequence: UInt64 = 0
    private var isStreaming = false
    private var isAtEnd = false

    package init(
        descriptor: Int32, label: String, clock: any Clock, maximumFrameByteCount: Int = MJPEGSplitter.defaultMaximumFrameByteCount
    ) {
        self.descriptor = descriptor
        self.label = label
        self.clock = clock
        splitter = MJPEGSplitter(maximumFrameByteCount: maximumFrameByteCount)
        pending = [.state(.open(label: label))]
        chunk.reserveCapacity(Self.chunkByteCount)
    }

    /// Bytes between the images that belong to none.
    package var skippedByteCount: UInt64 { splitter.skippedByteCount }

    package func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent {
        if !pending.isEmpty { return pending.removeFirst() }
        let deadline = clock.now.advanced(by: timeout)
        var hasRead = false
        while true {
            if let piece = splitter.next(into: &storage) { return event(piece, &storage) }
            if isAtEnd { return .ended }
            let left = deadline.since(clock.now)
            // A flood of anything but images must not hold up the thread.
            if left <= .zero, hasRead { return .idle }
            // Waiting first makes the read return at once with what there is. A fault (the other end is closed) shows in the read.
            if Descriptor.wait(descriptor, for: max(left, .zero)) == .timedOut { return .idle }
            hasRead = true
            if let failure = readChunk() { return .state(.lost(reason: failure)) }
        }
    }

    private func event(_ piece: MJPEGSplitter.Piece, _ storage: inout [UInt8]) -> SourceEvent {
        defer { sequence += 1 }
        switch piece {
        case .corrupt(let reason): return .corrupt(reason: reason)
        case .frame(let size):
            let frame = Frame(
                sequence: sequence, timestamp: clock.now, wallNanoseconds: clock.wallNanoseconds, format: .mjpeg, size: size,
                bytesPerRow: 0, bytes: storage)
            storage = []
            guard !isStreaming else { return .frame(frame) }
            isStreaming = true
            pending.append(.frame(frame))
            return .state(.streaming)
        }
    }

    private func readChunk() -> String? {
        chunk.removeAll(keepingCapacity: true)
        do throws(Errno) {
            if try Descriptor.read(descriptor, into: &chunk, maximumByteCount: Self.chunkByteCount) > 0 {
                splitter.append(chunk)
                return nil
            }
        } catch {
            if error == .tryAgain { return nil }
            isAtEnd = true
            splitter.finish()
            return CaptureError.refused(.read, error, subject: label, stream: nil).description
        }
        isAtEnd = true
        splitter.finish()
        return nil
    }
}
