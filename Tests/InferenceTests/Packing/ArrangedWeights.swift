import CKernels
import Inference

/// Packed weights as the kernels of a table read them, each panel in the order that the table's own function gives it.
struct ArrangedWeights {
    let channelCount: Int
    /// Groups of a panel.
    let groups: Int
    private(set) var panels: [pk_panel] = []
    private(set) var bytes: [Int8]
    private(set) var runs: [UInt8] = []
    private(set) var places: [UInt32] = []
    private(set) var hasPairs = false
    private let extras: [pk_extra]
    private let rest: [Int8]

    init(_ packed: PackedWeights, channelCount: Int, kernels: pk_convolution_kernels) {
        self.channelCount = channelCount
        groups = packed.taps * packed.layout.groups(depth: packed.depth)
        bytes = packed.main.withBytes { $0.withUnsafeBytes { $0.map { Int8(bitPattern: $0) } } }
        rest = packed.rest.withBytes { $0.withUnsafeBytes { $0.map { Int8(bitPattern: $0) } } }
        extras = packed.extras.map { pk_extra(tap: UInt32($0.tap), offset: UInt32($0.depthOffset)) }
        for panel in packed.panels {
            let (firstRun, firstPlace) = (runs.count, places.count)
            var result = pk_arrangement()
            if let arrange = kernels.arrange {
                let panelBytes = groups * panel.channels.width * packed.layout.group
                // One number more than asked for, to be found unchanged.
                var copy = [Int8](repeating: 0, count: panelBytes)
                var (panelPlaces, panelRuns) = ([UInt32](repeating: 77, count: groups + 1), [UInt8](repeating: 77, count: groups + 1))
                var scratch = [UInt32](repeating: 77, count: 2 * groups + 1)
                bytes.withUnsafeMutableBufferPointer { bytes in
                    arrange(
                        bytes.baseAddress! + panel.byteOffset, &copy, groups, panel.channels.width, &panelPlaces, &panelRuns, &scratch,
                        &result)
                }
                precondition(panelPlaces[groups] == 77 && panelRuns[groups] == 77 && scratch[2 * groups] == 77)
                runs += panelRuns[..<Int(result.run_count)]
                if result.run_count > 0 { places += panelPlaces[..<groups] }
                hasPairs = hasPairs || result.pairs > 0
            }
            panels.append(
                pk_panel(
                    channel: UInt32(panel.channels.firstChannel), width: UInt32(panel.channels.width), bytes: UInt32(panel.byteOffset),
                    extra_first: UInt32(panel.extras.lowerBound), extra_end: UInt32(panel.extras.upperBound),
                    extra_bytes: UInt32(panel.restByteOffset), run_first: UInt32(firstRun), run_end: UInt32(runs.count),
                    pairs: result.pairs, first_place: UInt32(firstPlace)))
        }
    }

    /// Lends the kernels' form.
    func withKernelValue(_ body: (UnsafePointer<pk_weights>) -> Void) {
        bytes.withUnsafeBufferPointer { bytes in
            rest.withUnsafeBufferPointer { rest in
                panels.withUnsafeBufferPointer { panels in
                    extras.withUnsafeBufferPointer { extras in
                        runs.withUnsafeBufferPointer { runs in
                            places.withUnsafeBufferPointer { places in
                                var value = pk_weights(
                                    channels: channelCount, panel_count: panels.count, panels: panels.baseAddress,
                                    bytes: bytes.baseAddress, extras: extras.baseAddress, extra_bytes: rest.baseAddress,
                                    runs: runs.baseAddress, places: places.baseAddress, has_pairs: hasPairs ? 1 : 0)
                                body(&value)
                            }
                        }
                    }
                }
            }
        }
    }
}
