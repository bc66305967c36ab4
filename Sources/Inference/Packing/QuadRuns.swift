import FixedPoint

/// The weights of a matrix product in groups of four inputs for VPMADDUBSW, ordered in runs whose 16-bit sums cannot overflow.
///
/// An entry is [16,4] signed bytes, to be multiplied by the four unsigned bytes at its offset in the row of inputs. A lane of int16
/// takes the products of a channel's first two, another those of its last two; VPMADDUBSW saturates no entry's lane, and the sums of a
/// run's entries fit int16, whatever the inputs are. Weights that break this alone are split over several entries of the same offset.
package struct QuadRuns: Sendable {
    package struct Panel: Sendable, Hashable {
        package let channels: WeightPanel
        /// Where in `offsets` and, in entries of 64 bytes from `byteOffset`, in `bytes` this panel's entries are.
        package let entries: Range<Int>
        /// A multiple of 64.
        package let byteOffset: Int
        /// Where in `lengths` this panel's runs are.
        package let runs: Range<Int>
        /// The estimated time in relation to VPMADDWD on the same panel.
        package let share: Double
    }

    /// The panels that are faster this way.
    package let panels: [Panel]
    /// The panels that VPMADDWD multiplies faster: they have no entries here.
    package let others: [WeightPanel]
    /// Of each entry: where in a row its inputs are, in bytes.
    package let offsets: [Int32]
    /// Of each run: its entries, 1...255.
    package let lengths: [UInt8]
    package let bytes: CacheLines

    /// - Parameters:
    ///   - values: [channelCount,taps,depth], -255...255.
    ///   - tapStride: from the inputs of one tap in a row to those of the next, in bytes. Inputs up to depth rounded up to four are read.
    ///   - openRuns: among how many runs an entry may choose; 1 keeps the natural order.
    ///   - largestShare: panels above it are left to VPMADDWD.
    package init(
        _ values: borrowing Span<Int16>, channelCount: Int, taps: Int, depth: Int, tapStride: Int, openRuns: Int = 4,
        largestShare: Double = 1
    ) {
        precondition(channelCount > 0 && taps > 0 && depth > 0 && values.count == channelCount * taps * depth && openRuns > 0)
        var panels: [Panel] = []
        var (others, offsets, lengths, bytes): ([WeightPanel], [Int32], [UInt8], [SIMD8<UInt64>]) = ([], [], [], [])
        bytes.reserveCapacity((channelCount + 15) / 16 * taps * ((depth + 3) / 4))
        let packed = PackedWeights(
            values, channelCount: channelCount, taps: taps, depth: depth, layout: WeightLayout(panelWidth: 16, group: 4))
        var builder = QuadRunBuilder(openRuns: openRuns)
        let quads = taps * ((depth + 3) / 4)
        for panel in packed.panels {
            let channels = panel.channels
            guard builder.build(packed, panel, tapStride: tapStride, largestShare: largestShare) else {
                others.append(channels)
                continue
            }
            let cost = Double(builder.offsets.count) * Headroom.costOfEntry + Double(builder.lengths.count) * Headroom.costOfRun
            let share = cost / Double(quads)
            guard share <= largestShare else {
                others.append(channels)
                continue
            }
            panels.append(
                Panel(
                    channels: channels, entries: offsets.count..<offsets.count + builder.offsets.count, byteOffset: 64 * bytes.count,
                    runs: lengths.count..<lengths.count + builder.lengths.count, share: share))
            offsets += builder.offsets
            lengths += builder.lengths
            bytes += builder.bytes
        }
        self.panels = panels
        self.others = others
        self.offsets = offsets
        self.lengths = lengths
        self.bytes = CacheLines(bytes)
    }
}

/// Makes the entries and runs of one panel after the other, in memory that it keeps.
private struct QuadRunBuilder: ~Copyable {
    /// An entry that waits for its run to be closed.
    private struct Entry {
        let offset: Int32
        let weights: SIMD8<UInt64>
    }

    /// A run that may still grow.
    private struct Run {
        var entries: [Int]
        /// What each lane still holds of positive weights, then of negative ones.
        var room: PairSums
    }

    private static let byteCount = 64
    private static let wholeRoom = PairSums(repeating: UInt16(Headroom.unsignedInputs))

    private let openRuns: Int
    private(set) var offsets: [Int32] = []
    private(set) var lengths: [UInt8] = []
    private(set) var bytes: [SIMD8<UInt64>] = []
    /// In the order in which they were met.
    private var pending: [Entry] = []
    /// The oldest first.
    private var runs: [Run] = []

    init(openRuns: Int) { self.openRuns = openRuns }

    /// - Returns: false when the panel was given up: what it had cost by then was clearly more than the largest share.
    mutating func build(
        _ packed: borrowing PackedWeights, _ panel: PackedWeights.Panel, tapStride: Int, largestShare: Double
    ) -> Bool {
        offsets.removeAll(keepingCapacity: true)
        lengths.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
        pending.removeAll(keepingCapacity: true)
        runs.removeAll(keepingCapacity: true)
        var place = panel.byteOffset
        var quads = 0
        for tap in 0..<packed.taps {
            for first in stride(from: 0, to: packed.depth, by: 4) {
                let offset = Int32(tap * tapStride + first)
                add(packed.main.words(at: place), offset: offset)
                place += Self.byteCount
                quads += 1
                if quads.isMultiple(of: 16) {
                    let cost = Double(pending.count) * Headroom.costOfEntry + Double(lengths.count + runs.count) * Headroom.costOfRun
                    if cost > 1.1 * largestShare * Double(quads) { return false }
                }
            }
        }
        place = panel.restByteOffset
        for extra in packed.extras[panel.extras] {
            add(packed.rest.words(at: place), offset: extra.tap * Int32(tapStride) + extra.depthOffset)
            place += Self.byteCount
        }
        while !runs.isEmpty { closeFirst() }
        return true
    }

    /// Makes one entry of a group, or two: then the second weights of the pairs that are too heavy come in the other.
    private mutating func add(_ weights: SIMD8<UInt64>, offset: Int32) {
        let sums = PairSums(weights)
        if sums.fits(Self.wholeRoom) {
            append(Entry(offset: offset, weights: weights), sums)
        } else {
            let seconds = sums.secondBytes(of: weights, beyond: Self.wholeRoom)
            let firsts = weights & ~seconds
            append(Entry(offset: offset, weights: firsts), PairSums(firsts))
            append(Entry(offset: offset, weights: seconds), PairSums(seconds))
        }
    }

    /// Puts an entry into the first run that holds it.
    private mutating func append(_ entry: Entry, _ sums: PairSums) {
        pending.append(entry)
        for index in runs.indices where sums.fits(runs[index].room) && runs[index].entries.count < 255 {
            runs[index].room = sums.taken(from: runs[index].room)
            runs[index].entries.append(pending.count - 1)
            return
        }
        if runs.count == openRuns { closeFirst() }
        runs.append(Run(entries: [pending.count - 1], room: sums.taken(from: Self.wholeRoom)))
    }

    private mutating func closeFirst() {
        let run = runs.removeFirst()
        lengths.append(UInt8(run.entries.count))
        for index in run.entries {
            offsets.append(pending[index].offset)
            bytes.append(pending[index].weights)
        }
    }
}
