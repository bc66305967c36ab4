/// The weights of a matrix product as signed bytes in panels, for kernels that multiply bytes: VPDPBUSD, SDOT, SMMLA, or VPMADDWD after
/// sign extension.
///
/// A weight less its zero point may need nine bits. What does not fit a byte is in `extras`: further groups of weights for the same
/// inputs, to be added to the same sums. Real models have a few in a thousand, or none.
package struct PackedWeights: Sendable {
    /// A group of weights of a panel that comes on top of the main ones: [width,group], in `PackedWeights.rest`.
    package struct Extra: Sendable, Hashable {
        package let tap: Int32
        /// Where in the tap's depth the group begins: a multiple of `group`.
        package let depthOffset: Int32
    }

    /// A panel and where its weights are.
    package struct Panel: Sendable, Hashable {
        package let channels: WeightPanel
        /// Where in `main` [taps, groups, width, group] begin, in bytes: a multiple of 64.
        package let byteOffset: Int
        /// Where in `extras` this panel's are.
        package let extras: Range<Int>
        /// Where in `rest` [extras.count, width, group] begin, in bytes: a multiple of 64.
        package let restByteOffset: Int
    }

    package let layout: WeightLayout
    package let taps: Int
    /// Weights of a tap.
    package let depth: Int
    package let panels: [Panel]
    package let main: CacheLines
    /// By panel, then by how often a group overflows, then in natural order.
    package let extras: [Extra]
    package let rest: CacheLines

    /// Bytes of memory.
    package var byteCount: Int { main.byteCount + rest.byteCount + 8 * extras.count }

    /// Lends the main weights, for a kernel that wants the groups of a panel in an order of its own.
    func rearrange(_ body: (_ main: inout MutableRawSpan) -> Void) { main.withMutableBytes(body) }

    /// - Parameter weights: [channelCount,taps,depth].
    package init(_ weights: WeightBytes, channelCount: Int, taps: Int, depth: Int, layout: WeightLayout) {
        self.init(weights, channelCount: channelCount, taps: taps, depth: depth, layout: layout, in: nil)
    }

    /// - Parameter memory: where to put them; nil for memory of their own.
    init(_ weights: WeightBytes, channelCount: Int, taps: Int, depth: Int, layout: WeightLayout, in memory: PackedMemory?) {
        precondition(channelCount > 0 && taps > 0 && depth > 0 && weights.count == channelCount * taps * depth)
        let groups = layout.groups(depth: depth)
        let channels = layout.panels(channelCount: channelCount)
        var offsets: [Int] = []
        var end = 0
        for panel in channels {
            offsets.append(end)
            end += CacheLines.roundUp(taps * groups * panel.width * layout.group)
        }
        var (panels, extras, rest): ([Panel], [Extra], [Int8]) = ([], [], [])
        panels.reserveCapacity(channels.count)
        var excesses: [Excess] = []
        main = CacheLines(byteCount: end, in: memory) { bytes in
            for (panel, offset) in zip(channels, offsets) {
                let block = Block(panel: panel, offset: offset, taps: taps, depth: depth, layout: layout)
                let (firstExtra, restOffset) = (extras.count, rest.count)
                block.fill(&bytes, from: weights, excesses: &excesses)
                block.move(&excesses, to: &extras, bytes: &rest)
                panels.append(
                    Panel(channels: panel, byteOffset: offset, extras: firstExtra..<extras.count, restByteOffset: restOffset))
            }
        }
        self.layout = layout
        self.taps = taps
        self.depth = depth
        self.panels = panels
        self.extras = extras
        self.rest = CacheLines(rest, in: memory)
    }
}

/// What a byte leaves of a weight.
private struct Excess {
    /// The group among [taps,groups].
    let group: Int
    /// The byte among [width,group].
    let lane: Int
    var rest: Int16
}

/// Packs one panel.
private struct Block {
    let panel: WeightPanel
    /// In bytes.
    let offset: Int
    let taps: Int
    let depth: Int
    let layout: WeightLayout

    /// Writes the main weights, each the nearest byte, and appends what that leaves of them.
    @_lifetime(bytes: copy bytes)
    func fill(_ bytes: inout MutableRawSpan, from weights: WeightBytes, excesses: inout [Excess]) {
        let tapByteCount = layout.groups(depth: depth) * panel.width * layout.group
        for tap in 0..<taps {
            let first = (panel.firstChannel * taps + tap) * depth
            let fits = Kernels.packTap(
                weights, first: first, channelStep: taps * depth, depth: depth, panel: panel, layout: layout, into: &bytes,
                offset: offset + tap * tapByteCount)
            if !fits { appendExcesses(of: tap, weights, to: &excesses) }
        }
        let end = offset + taps * tapByteCount
        for place in end..<CacheLines.roundUp(end) { bytes.storeBytes(of: 0, toByteOffset: place, as: Int8.self) }
    }

    private func appendExcesses(of tap: Int, _ weights: WeightBytes, to excesses: inout [Excess]) {
        let (group, groups) = (layout.group, layout.groups(depth: depth))
        for channel in 0..<panel.channelCount {
            let source = ((panel.firstChannel + channel) * taps + tap) * depth
            var next = source
            while let index = Kernels.firstExcess(in: next..<source + depth, of: weights, lowest: layout.lowestWeight) {
                next = index + 1
                let k = index - source
                let rest = weights[index] - Int16(max(Int8(clamping: weights[index]), layout.lowestWeight))
                excesses.append(Excess(group: tap * groups + k / group, lane: channel * group + k % group, rest: rest))
            }
        }
    }

    /// Makes further groups of what the main weights leave, until nothing is left: at most two for one, since 255 = 127 + 127 + 1.
    func move(_ excesses: inout [Excess], to extras: inout [PackedWeights.Extra], bytes: inout [Int8]) {
        let groups = layout.groups(depth: depth)
        excesses.sort { $0.group < $1.group }
        while !excesses.isEmpty {
            var (group, start) = (-1, 0)
            for index in excesses.indices {
                let excess = excesses[index]
                if excess.group != group {
                    (group, start) = (excess.group, bytes.count)
                    bytes.append(contentsOf: repeatElement(0, count: panel.width * layout.group))
                    extras.append(PackedWeights.Extra(tap: Int32(group / groups), depthOffset: Int32(group % groups * layout.group)))
                }
                let stored = Int8(clamping: excess.rest)
                bytes[start + excess.lane] = stored
                excesses[index].rest -= Int16(stored)
            }
            excesses.removeAll { $0.rest == 0 }
        }
        bytes.append(contentsOf: repeatElement(0, count: CacheLines.roundUp(bytes.count) - bytes.count))
    }
}
