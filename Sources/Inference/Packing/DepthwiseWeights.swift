/// The weights of a depthwise convolution with as many outputs as inputs, in the order that the kernels by lines take.
package struct DepthwiseWeights: Sendable {
    /// How the kernels of a tier want them; depthwise.h says where each one lies.
    package enum Packing: Sendable {
        /// int16, [KH,KW,C].
        case plain
        /// int8, quads of rows; a weight outside of int8 is the sum of several planes.
        case quads
        /// int16, pairs of rows.
        case pairs
        /// int8 from -127, [KH,KW,C]; a weight outside of that is the sum of several such planes.
        case taps
    }

    package let packing: Packing
    package let kernelHeight: Int
    package let kernelWidth: Int
    package let channels: Int
    /// For `plain` and `pairs`.
    package let halves: [Int16]
    /// For `quads` and `taps`.
    package let bytes: [Int8]
    /// For `quads`, one a block of 64 channels: how many planes it has, and which columns have weights in others than the first. For
    /// `taps`, one a block of 16: how many planes, with `DepthwiseWeights.triples` where sums of three neighbours fit int16.
    package let planes: [UInt8]

    var byteCount: Int { 2 * halves.count + bytes.count + planes.count }

    /// - Parameter values: [KH,KW,C], zero point removed: -255...255.
    package init(_ values: [Int16], kernelHeight: Int, kernelWidth: Int, channels: Int, packing: Packing) {
        precondition(values.count == kernelHeight * kernelWidth * channels)
        self.packing = packing
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
        self.channels = channels
        switch packing {
        case .plain:
            (halves, bytes, planes) = (values, [], [])
        case .pairs:
            halves = Self.pairs(values.span, kernelHeight: kernelHeight, kernelWidth: kernelWidth, channels: channels)
            (bytes, planes) = ([], [])
        case .quads:
            planes = Self.planes(values.span, kernelWidth: kernelWidth, channels: channels)
            bytes = Self.quads(values.span, kernelHeight: kernelHeight, kernelWidth: kernelWidth, channels: channels, planes: planes)
            halves = []
        case .taps:
            (bytes, planes) = Self.taps(values.span, kernelWidth: kernelWidth, channels: channels)
            halves = []
        }
    }

    /// The channels of a block of quads: 64, 32 or 16 lanes for what is left from `channel` on.
    static func quadWidth(channels: Int, from channel: Int) -> Int {
        let left = channels - channel
        return left > 32 ? 64 : left > 16 ? 32 : 16
    }

    private static func pairs(_ values: borrowing Span<Int16>, kernelHeight: Int, kernelWidth: Int, channels: Int) -> [Int16] {
        let taps = (kernelHeight + 1) / 2 * kernelWidth
        var packed = [Int16](repeating: 0, count: (channels + 15) / 16 * taps * 32)
        var target = packed.mutableSpan
        for y in 0..<kernelHeight {
            for x in 0..<kernelWidth {
                let from = (y * kernelWidth + x) * channels
                let tap = y / 2 * kernelWidth + x
                for channel in 0..<channels {
                    // Register k of a block holds the channels 8 h + 4 k + 0...3 in half h.
                    let (block, h, k, i) = (channel / 16, channel / 8 % 2, channel / 4 % 2, channel % 4)
                    target[(block * taps + tap) * 32 + ((k * 2 + h) * 4 + i) * 2 + y % 2] = values[from + channel]
                }
            }
        }
        return packed
    }

    /// Two planes reach from -256 to 254, three beyond. Few columns have weights outside of the first plane: bit 2 + kx tells which.
    private static func planes(_ values: borrowing Span<Int16>, kernelWidth: Int, channels: Int) -> [UInt8] {
        var planes = [UInt8](repeating: 1, count: (channels + 63) / 64)
        for tap in 0..<values.count / channels {
            let column: UInt8 = tap % kernelWidth < 6 ? 4 << UInt8(tap % kernelWidth) : 0
            for channel in 0..<channels {
                let value = values[tap * channels + channel]
                guard value < -128 || value > 127 else { continue }
                let needed: UInt8 = (-256...254).contains(value) ? 2 : 3
                let known = planes[channel / 64]
                planes[channel / 64] = max(known & 3, needed) | known & 0xFC | column
            }
        }
        return planes
    }

    private static func quads(
        _ values: borrowing Span<Int16>, kernelHeight: Int, kernelWidth: Int, channels: Int, planes: [UInt8]
    ) -> [Int8] {
        let taps = (kernelHeight + 3) / 4 * kernelWidth
        // All blocks but the last one are 64 channels wide.
        let count = planes.indices.reduce(0) { $0 + Int(planes[$1] & 3) * taps * 4 * quadWidth(channels: channels, from: $1 * 64) }
        var packed = [Int8](repeating: 0, count: count)
        var target = packed.mutableSpan
        var start = 0
        for block in planes.indices {
            let width = quadWidth(channels: channels, from: block * 64)
            for y in 0..<kernelHeight {
                for x in 0..<kernelWidth {
                    let from = (y * kernelWidth + x) * channels + block * 64
                    let to = start + (y / 4 * kernelWidth + x) * 4 * width + y % 4
                    for channel in 0..<min(64, channels - block * 64) {
                        // Register k holds the channels 16 q + 4 k + 0...3 in quarter q.
                        let (q, k, i) = (channel / 16, channel / 4 % 4, channel % 4)
                        var place = to + k * width + (q * 4 + i) * 4
                        var rest = values[from + channel]
                        repeat {
                            let part = Int8(clamping: rest)
                            target[place] = part
                            rest -= Int16(part)
                            place += taps * 4 * width
                        } while rest != 0
                    }
                }
            }
            start += Int(planes[block] & 3) * taps * 4 * width
        }
        return packed
    }
}
