/// How far 16-bit sums of byte products are from overflowing, known from the weights alone.
package enum Headroom {
    /// A lane of int16 holds the sum of inputs 0...255 times weights of one sign that sum to so much: 255 * 128 = 32 640.
    package static let unsignedInputs: Int32 = 128
    /// A lane holds the sum of inputs -128...127 times weights whose magnitudes sum to so much: 128 * 255 = 32 640.
    package static let signedInputs: Int32 = 255

    /// What the parts of a product cost with 32-byte vectors, in units of VPMADDWD on one group of four inputs (84 GMAC/s on Zen 3).
    /// VPMADDUBSW alone reached 127, 144, 153 and 160 GMAC/s with 2, 4, 8 and 16 of them before one widening, and 100 with one: 84 times
    /// (entries * 0.006 + runs * 0.004) fits all five.
    package static let costOfEntry = 84 * 0.006
    /// A widening of the int16 sums, and their addition to those of int32.
    package static let costOfRun = 84 * 0.004
}

/// For kernels that add products of signed bytes in int16 lanes (SMULL and SMLAL, then SADALP): how many groups in a row of each panel
/// may be added before the lanes must be widened, if no input is to make one overflow.
///
/// Lane i of a channel's sum has the products of k with k mod 8 = i. Extras of the weights are runs of their own.
package struct ChainRuns: Sendable {
    /// Of all panels: lengths in groups of eight, [taps, groups] of a panel in natural order, each 1...255.
    package let lengths: [UInt8]
    /// Where in `lengths` each panel's are.
    package let panels: [Range<Int>]

    /// - Parameter packed: in groups of 8 or 16.
    package init(_ packed: borrowing PackedWeights) {
        precondition(packed.layout.group % 8 == 0)
        let weights = packed.main.elements
        // A group of sixteen is two of eight, which a channel has side by side: the second half of the lanes is added to the first.
        let halves = packed.layout.group / 8
        let groups = packed.taps * packed.layout.groups(depth: packed.depth)
        var lengths: [UInt8] = []
        var panels: [Range<Int>] = []
        for panel in packed.panels {
            let start = lengths.count
            let byteCount = packed.layout.group * panel.channels.width
            let zeros = [Int16](repeating: 0, count: 8 * panel.channels.width)
            var (sums, next) = (zeros, zeros)
            var length: UInt8 = 0
            for index in 0..<groups {
                let place = panel.byteOffset + index * byteCount
                let entry = weights.extracting(place..<place + byteCount)
                for half in 0..<halves {
                    if length > 0, length < .max, Self.add(entry, half, of: halves, to: sums, into: &next) <= Headroom.signedInputs {
                        length += 1
                    } else {
                        if length > 0 { lengths.append(length) }
                        length = 1
                        _ = Self.add(entry, half, of: halves, to: zeros, into: &next)
                    }
                    swap(&sums, &next)
                }
            }
            lengths.append(length)
            panels.append(start..<lengths.count)
        }
        self.lengths = lengths
        self.panels = panels
    }

    /// Adds the magnitudes of half an entry [width, halves, 8].
    ///
    /// - Returns: the greatest sum.
    private static func add(_ entry: borrowing Span<Int8>, _ half: Int, of halves: Int, to run: [Int16], into next: inout [Int16]) -> Int32
    {
        precondition(run.count == next.count && entry.count == halves * run.count)
        let sums = run.span
        var target = next.mutableSpan
        var largest: Int32 = 0
        for lane in 0..<sums.count {
            let place = halves == 1 ? lane : lane / 8 * 16 + half * 8 + lane % 8
            let weight = Int32(entry[place])
            let sum = Int32(sums[lane]) + max(weight, -weight)
            target[lane] = Int16(truncatingIfNeeded: sum)
            largest = max(largest, sum)
        }
        return largest
    }
}
