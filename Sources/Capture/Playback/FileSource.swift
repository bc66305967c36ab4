package import Frames
import Threads

/// Frames from a clip of concatenated JPEGs, one JPEG, or a folder of them. It never drops a frame.
///
/// Frame n stands for the moment start + n / rate, whatever the time when it is read. A damaged image costs its place in that count. Memory:
/// one image and one chunk. Lives on one thread.
package final class FileSource: FrameSource {
    static let chunkByteCount = 64 * 1024
    static let defaultRate = FrameRate(millihertz: 25_000)

    package let isLive = false
    package let label: String

    private let path: String
    private let loops: Bool
    private let clock: any Clock
    private var pacer: Pacer
    private let pause: (Duration) -> Void
    private var splitter: MJPEGSplitter
    private var chunk: [UInt8] = []
    private var playlist: [String] = []
    private var nextItem = 0
    private var file: OpenFile?
    private var phase = Phase.beginning
    private var framesThisPass = 0
    /// Whether the file that is played has given anything, good or bad.
    private var hasPiece = true
    private var pending: [SourceEvent] = []

    private enum Phase { case beginning, playing, ended }

    /// - Parameters:
    ///   - path: of the clip, the image, or the folder.
    ///   - rate: frames a second that the file stands for; nil is 25.
    ///   - loops: starts again at the end, for ever; a pass without a single frame ends it all the same.
    ///   - pace: holds the rate in real time; without it frames come as fast as they are asked for.
    ///   - pause: sleeps.
    package init(
        path: String, rate: FrameRate?, loops: Bool, pace: Bool, clock: any Clock,
        maximumFrameByteCount: Int = MJPEGSplitter.defaultMaximumFrameByteCount,
        pause: @escaping (Duration) -> Void = { SystemClock.pause(for: $0) }
    ) {
        self.path = path
        self.loops = loops
        self.clock = clock
        self.pause = pause
        pacer = Pacer(rate: rate ?? Self.defaultRate, isPaced: pace)
        splitter = MJPEGSplitter(maximumFrameByteCount: maximumFrameByteCount)
        label = path
        chunk.reserveCapacity(Self.chunkByteCount)
    }

    package func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent {
        if !pending.isEmpty { return pending.removeFirst() }
        switch phase {
        case .ended: return .ended
        case .beginning: return begin()
        case .playing: break
        }
        if let left = pacer.timeLeft(at: clock.now), left > .zero {
            pause(min(left, timeout))
            if left > timeout { return .idle }
        }
        return nextImage(&storage)
    }

    private func begin() -> SourceEvent {
        do throws(CaptureError) {
            playlist = try items()
        } catch {
            phase = .ended
            return .state(.lost(reason: error.description))
        }
        phase = .playing
        pacer.start(clock)
        pending.append(.state(.streaming))
        return .state(.open(label: label))
    }

    /// The files to play, in order.
    private func items() throws(CaptureError) -> [String] {
        guard Folder.isFolder(path) == true else {
            do throws(Errno) { _ = try OpenFile(path) } catch { throw .refused(.open, error, subject: path, stream: nil) }
            return [path]
        }
        do throws(Errno) {
            let names = try Folder.names(in: path).filter { FileKind($0) == .image }.sorted(by: NaturalOrder.precedes)
            return names.map { path + (path.hasSuffix("/") ? "" : "/") + $0 }
        } catch {
            throw .refused(.list, error, subject: path, stream: nil)
        }
    }

    /// Reads on until there is an image, a damaged one, or the end.
    private func nextImage(_ storage: inout [UInt8]) -> SourceEvent {
        while true {
            if let piece = splitter.next(into: &storage) { return event(piece, &storage) }
            if file != nil {
                if let failure = readChunk() { return damaged(failure) }
            } else if !hasPiece {
                hasPiece = true
                return damaged("\(playlist[nextItem - 1]): there is no JPEG image in it")
            } else if nextItem < playlist.count {
                if let failure = openNext() { return damaged(failure) }
            } else if loops, framesThisPass > 0 {
                (nextItem, framesThisPass) = (0, 0)
            } else {
                phase = .ended
                return .ended
            }
        }
    }

    private func event(_ piece: MJPEGSplitter.Piece, _ storage: inout [UInt8]) -> SourceEvent {
        hasPiece = true
        let isSingleImage = FileKind(playlist[nextItem - 1]) == .image
        if isSingleImage {
            // What follows the first image of a photograph (previews, depth maps) is no frame.
            file = nil
            splitter.reset()
        }
        switch piece {
        case .corrupt(let reason):
            return damaged(isSingleImage ? "\(playlist[nextItem - 1]): \(reason)" : reason)
        case .frame(let size):
            framesThisPass += 1
            let frame = Frame(
                sequence: pacer.index, timestamp: pacer.timestamp, wallNanoseconds: pacer.wallNanoseconds, format: .mjpeg, size: size,
                bytesPerRow: 0, bytes: storage)
            storage = []
            pacer.advance()
            return .frame(frame)
        }
    }

    private func damaged(_ reason: String) -> SourceEvent {
        pacer.advance()
        return .corrupt(reason: reason)
    }

    private func openNext() -> String? {
        let item = playlist[nextItem]
        nextItem += 1
        splitter.reset()
        do throws(Errno) {
            file = try OpenFile(item)
            hasPiece = false
            return nil
        } catch {
            hasPiece = true
            return CaptureError.refused(.open, error, subject: item, stream: nil).description
        }
    }

    /// At the end of the file the splitter is told and the file closed.
    private func readChunk() -> String? {
        chunk.removeAll(keepingCapacity: true)
        do throws(Errno) {
            let count = try file?.read(into: &chunk, maximumByteCount: Self.chunkByteCount) ?? 0
            if count > 0 {
                splitter.append(chunk)
            } else {
                file = nil
                splitter.finish()
            }
            return nil
        } catch {
            file = nil
            hasPiece = true
            splitter.reset()
            return CaptureError.refused(.read, error, subject: playlist[nextItem - 1], stream: nil).description
        }
    }
}
