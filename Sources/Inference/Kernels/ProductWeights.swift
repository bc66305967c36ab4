import CKernels

/// Packed weights in the form that the product kernels read.
struct ProductWeights: Sendable {
    let channelCount: Int
    let taps: Int
    /// Inputs of a tap, filled up to whole groups.
    let depth: Int
    /// Copies of its rows that the kernel makes: bytes for each byte.
    let copies: Int
    private let packed: PackedWeights
    private let panels: [pk_panel]
    private let extras: [pk_extra]
    private let runs: [UInt8]
    private let places: [UInt32]
    private let hasPairs: Bool

    var panelCount: Int { panels.count }
    var byteCount: Int {
        packed.byteCount + panels.count * MemoryLayout<pk_panel>.stride + runs.count + places.count * MemoryLayout<UInt32>.stride
    }

    init(_ packed: PackedWeights, channelCount: Int, kernels: Kernels) {
        let groups = packed.taps * packed.layout.groups(depth: packed.depth)
        let arrangements = kernels.arrange(packed, groups: groups)
        var (runs, places): ([UInt8], [UInt32]) = ([], [])
        self.panels = packed.panels.indices.map { index in
            let panel = packed.panels[index]
            let arrangement = index < arrangements.count ? arrangements[index] : PanelArrangement()
            let (firstRun, firstPlace) = (runs.count, places.count)
            runs += arrangement.runs
            places += arrangement.places
            return pk_panel(
                channel: UInt32(panel.channels.firstChannel), width: UInt32(panel.channels.width), bytes: UInt32(panel.byteOffset),
                extra_first: UInt32(panel.extras.lowerBound), extra_end: UInt32(panel.extras.upperBound),
                extra_bytes: UInt32(panel.restByteOffset), run_first: UInt32(firstRun), run_end: UInt32(runs.count),
                pairs: UInt32(arrangement.pairs), first_place: UInt32(firstPlace))
        }
        (self.runs, self.places) = (runs, places)
        hasPairs = arrangements.contains { $0.pairs > 0 }
        copies = arrangements.isEmpty ? 0 : (packed.taps > 1 ? 1 : 0) + (hasPairs ? 2 : 0)
        extras = packed.extras.map { pk_extra(tap: UInt32($0.tap), offset: UInt32($0.depthOffset)) }
        self.channelCount = channelCount
        taps = packed.taps
        depth = packed.layout.groups(depth: packed.depth) * packed.layout.group
        self.packed = packed
    }

    /// Lends the kernels' form for the duration of `body`.
    func withCValue(_ body: (UnsafePointer<pk_weights>) -> Void) {
        // SAFETY: the buffers live until body returns; offsets and counts lie within them, by construction of PackedWeights.
        unsafe withPackedBytes { main, rest in
            unsafe panels.withUnsafeBufferPointer { panels in
                unsafe extras.withUnsafeBufferPointer { extras in
                    unsafe runs.withUnsafeBufferPointer { runs in
                        unsafe places.withUnsafeBufferPointer { places in
                            var value = unsafe pk_weights(
                                channels: channelCount, panel_count: panels.count, panels: panels.baseAddress, bytes: main,
                                extras: extras.baseAddress, extra_bytes: rest, runs: runs.baseAddress, places: places.baseAddress,
                                has_pairs: hasPairs ? 1 : 0)
                            unsafe body(&value)
                        }
                    }
                }
            }
        }
    }

    private func withPackedBytes(_ body: (_ main: UnsafePointer<Int8>?, _ rest: UnsafePointer<Int8>?) -> Void) {
        packed.main.withBytes { main in
            packed.rest.withBytes { rest in
                // SAFETY: bytes of any value are Int8; the pointers live as long as the spans.
                unsafe main.withUnsafeBytes { main in
                    unsafe rest.withUnsafeBytes { rest in
                        unsafe body(
                            main.baseAddress?.assumingMemoryBound(to: Int8.self), rest.baseAddress?.assumingMemoryBound(to: Int8.self))
                    }
                }
            }
        }
    }
}

/// In which order and form the groups of a panel lie, see pk_panel.
private struct PanelArrangement {
    var pairs = 0
    var runs: [UInt8] = []
    var places: [UInt32] = []
}

extension Kernels {
    /// Puts each panel into the order of the tier's kernel; nothing where kernels read them as they are.
    fileprivate func arrange(_ packed: PackedWeights, groups: Int) -> [PanelArrangement] {
        guard let function = unsafe convolution.value.arrange else { return [] }
        var arrangements: [PanelArrangement] = []
        arrangements.reserveCapacity(packed.panels.count)
        var copy = [Int8](repeating: 0, count: groups * packed.layout.panelWidth * packed.layout.group)
        var places = [UInt32](repeating: 0, count: groups)
        var runs = [UInt8](repeating: 0, count: groups)
        var scratch = [UInt32](repeating: 0, count: 2 * groups)
        let panels = packed.panels
        packed.rearrange { bytes in
            for panel in panels {
                var result = pk_arrangement()
                // SAFETY: a panel's weights are groups * width * group bytes, and the other buffers are as long as the kernel asks for.
                unsafe bytes.withUnsafeMutableBytes { bytes in
                    unsafe function(
                        bytes.baseAddress.map { unsafe ($0 + panel.byteOffset).assumingMemoryBound(to: Int8.self) }, &copy, groups,
                        panel.channels.width, &places, &runs, &scratch, &result)
                }
                let runCount = Int(result.run_count)
                arrangements.append(
                    PanelArrangement(pairs: Int(result.pairs), runs: Array(runs[..<runCount]), places: runCount == 0 ? [] : places))
            }
        }
        return arrangements
    }
}
