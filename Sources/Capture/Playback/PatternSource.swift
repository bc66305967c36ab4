package import Frames
import Threads

/// A moving picture without a camera: a gradient, a box that bounces, and the frame's number as a bar of 32 fields along the top.
///
/// The same number gives the same bytes, always. Paced, it is live like a camera: what cannot be made in time is left out. Otherwise frames
/// come as fast as they are asked for. Lives on one thread.
package final class PatternSource: FrameSource {
    static let defaultSize = Size(width: 640, height: 480)
    static let defaultRate = FrameRate(millihertz: 25_000)

    package let isLive: Bool
    package let label: String

    private let pattern: TestPattern
    private let clock: any Clock
    private let pause: (Duration) -> Void
    private var pacer: Pacer
    private var pending: [SourceEvent] = []
    private var hasBegun = false

    package init(
        size: Size?, rate: FrameRate?, pace: Bool, clock: any Clock, pause: @escaping (Duration) -> Void = { SystemClock.pause(for: $0) }
    ) {
        pattern = TestPattern(size: size ?? Self.defaultSize)
        pacer = Pacer(rate: rate ?? Self.defaultRate, isPaced: pace)
        isLive = pace
        self.clock = clock
        self.pause = pause
        label = "test pattern \(pattern.size) at \(pacer.rate) frames a second"
    }

    package func next(timeout: Duration, storage: inout [UInt8]) -> SourceEvent {
        if !pending.isEmpty { return pending.removeFirst() }
        guard hasBegun else {
            hasBegun = true
            pacer.start(clock)
            pending.append(.state(.streaming))
            return .state(.open(label: label))
        }
        if let left = pacer.timeLeft(at: clock.now), left > .zero {
            pause(min(left, timeout))
            if left > timeout { return .idle }
        }
        let missed = pacer.skipMissed(at: clock.now)
        pattern.draw(pacer.index, into: &storage)
        let frame = Frame(
            sequence: pacer.index, timestamp: pacer.timestamp, wallNanoseconds: pacer.wallNanoseconds, format: .rgb24, size: pattern.size,
            bytesPerRow: pattern.size.width * 3, bytes: storage)
        storage = []
        pacer.advance()
        if missed == 0 { return .frame(frame) }
        pending.append(.frame(frame))
        return .dropped(count: missed)
    }
}

/// The pictures of `test:pattern`: [H,W,3] bytes, red, green, blue.
package struct TestPattern: Sendable {
    package let size: Size
    private let background: [UInt8]

    /// - Parameter size: at least 16 x 16 pixels; smaller ones are widened to it.
    package init(size: Size) {
        let size = Size(width: max(size.width, 16), height: max(size.height, 16))
        self.size = size
        var background = [UInt8](repeating: 0, count: size.pixelCount * 3)
        for y in 0..<size.height {
            for x in 0..<size.width {
                let pixel = (y * size.width + x) * 3
                background[pixel] = UInt8(x * 255 / (size.width - 1))
                background[pixel + 1] = UInt8(y * 255 / (size.height - 1))
                background[pixel + 2] = 96
            }
        }
        self.background = background
    }

    /// The white box in frame `number`, in pixels: it bounces between the edges, a little below the bar.
    package func box(in number: UInt64) -> (x: Int, y: Int, edge: Int) {
        let edge = max(4, min(size.width, size.height) / 5)
        func bounce(_ room: Int, _ step: UInt64) -> Int {
            guard room > 0 else { return 0 }
            // Bound: the number is reduced first, so the product stays below 2^32 * 16.
            let place = Int((number % UInt64(2 * room)) * step % UInt64(2 * room))
            return place <= room ? place : 2 * room - place
        }
        return (bounce(size.width - edge, 4), barHeight + bounce(size.height - edge - barHeight, 3), edge)
    }

    private var barHeight: Int { max(2, size.height / 30) }

    /// Replaces `storage` by frame `number`.
    package func draw(_ number: UInt64, into storage: inout [UInt8]) {
        storage.removeAll(keepingCapacity: true)
        storage.append(contentsOf: background)
        let box = box(in: number)
        fill(&storage, x: box.x, y: box.y, width: box.edge, height: box.edge, value: 255)
        // The bar: 32 fields over the whole width, the highest bit first; white is 1, black is 0.
        for bit in 0..<32 {
            let (left, right) = (bit * size.width / 32, (bit + 1) * size.width / 32)
            let isSet = number >> UInt64(31 - bit) & 1 == 1
            fill(&storage, x: left, y: 0, width: right - left, height: barHeight, value: isSet ? 255 : 0)
        }
    }

    /// Reads the number back from a picture at least 32 pixels wide: its lowest 32 bits.
    package func number(in bytes: [UInt8]) -> UInt32? {
        guard bytes.count == background.count, size.width >= 32 else { return nil }
        return (0..<32).reduce(0) { number, bit in
            let middle = (bit * size.width / 32 + (bit + 1) * size.width / 32) / 2
            return number << 1 | (bytes[middle * 3] > 127 ? 1 : 0)
        }
    }

    private func fill(_ bytes: inout [UInt8], x: Int, y: Int, width: Int, height: Int, value: UInt8) {
        for row in y..<y + height {
            let first = (row * size.width + x) * 3
            for index in first..<first + width * 3 { bytes[index] = value }
        }
    }
}
