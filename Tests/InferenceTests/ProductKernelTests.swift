import CKernels
import FixedPoint
import Inference
import Testing

/// The product kernels alone: exact sums in every form of requantisation, tiles and panels of every size, and not one byte read as data
/// or written outside of their buffers.
@Suite struct ProductKernelTests {
    /// Every table that this machine can run.
    static let flagSets: [UInt32] = {
        let all = pk_cpu_flags()
        let single = (0..<32).map { UInt32(1) << $0 }.filter { all & $0 != 0 }
        return [0] + single.map { last in all & (last | (last - 1)) }
    }()
    static let counts = Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65]

    /// A product to compute: rows [rowCount,taps,depth] times weights [channels,taps,depth].
    struct Product: Sendable {
        var rowCount: Int
        var channels: Int
        var taps = 1
        var depth: Int
        var fill = Fill.random
        /// As wide as centred uint8 weights can be, else those that fit a byte.
        var hasWideWeights = false
        /// Of the weights where it is not nil, with inputs that are all as large as can be.
        var weightLimit: Int16?
        /// Every so manieth group of four weights is as large as a byte can be.
        var largeEvery = 0
        var form = UInt8(PK_FORM_INTEGER)
        var blockTiles = 3
    }

    @Test(arguments: flagSets, Fill.allCases) func everyCountOfRowsAndChannelsIsExact(flags: UInt32, fill: Fill) {
        for (index, channels) in Self.counts.enumerated() {
            for (rowCount, depth) in [(index + 1, 16), (5, 48), (1, 1024), (4, 2048), (37, 32)] {
                check(Product(rowCount: rowCount, channels: channels, depth: depth, fill: fill), flags)
            }
        }
    }

    @Test(arguments: flagSets, Fill.allCases) func weightsOfNineBitsAreExact(flags: UInt32, fill: Fill) {
        for channels in [1, 8, 16, 17, 33] {
            for (rowCount, depth) in [(1, 16), (7, 64), (13, 256)] {
                check(Product(rowCount: rowCount, channels: channels, depth: depth, fill: fill, hasWideWeights: true), flags)
            }
        }
    }

    /// Around the limits up to which sums fit int16, and far from them.
    @Test(arguments: flagSets, Fill.allCases) func weightsOfEverySizeAreExact(flags: UInt32, fill: Fill) {
        for limit: Int16 in [1, 4, 10, 21, 32, 42, 43, 63, 64, 65, 127] {
            for (rowCount, channels, depth, largeEvery) in [(6, 16, 256, 0), (1, 24, 64, 3), (8, 40, 128, 2), (17, 8, 1024, 5)] {
                let product = Product(
                    rowCount: rowCount, channels: channels, depth: depth, fill: fill, weightLimit: limit, largeEvery: largeEvery)
                check(product, flags)
            }
        }
    }

    /// The numbers of the single-precision forms are random here, so that a kernel that ignores them shows; the baseline has none.
    @Test(arguments: flagSets.filter { $0 & UInt32(PK_CPU_AVX2) != 0 }) func everyFormOfRequantisationIsExact(flags: UInt32) {
        for form in [PK_FORM_INTEGER, PK_FORM_FLOAT, PK_FORM_FLOAT_SIGNED] {
            for rowCount in 1...14 {
                check(Product(rowCount: rowCount, channels: 50, depth: 32, form: UInt8(form)), flags)
            }
        }
    }

    @Test(arguments: flagSets) func blocksOfAnyHeightGiveTheSameBytes(flags: UInt32) {
        for blockTiles in [1, 2, 5, 64] {
            check(Product(rowCount: 61, channels: 70, depth: 16, blockTiles: blockTiles), flags)
        }
    }

    /// The kernel reads rows through pointers or one behind the other, and each way ends exactly at the last byte: rows lie at the end of
    /// their buffer, and the address sanitizer's build would see more.
    private func check(_ product: Product, _ flags: UInt32) {
        var random = SplitMix(seed: UInt64(product.rowCount * 1000 + product.channels))
        var kernels = pk_convolution_kernels()
        pk_convolution_init(&kernels, flags)
        let narrow = Int(kernels.layout.narrow_panel)
        let layout = WeightLayout(
            panelWidth: Int(kernels.layout.panel), lastPanelWidth: narrow == 0 ? nil : narrow, group: Int(kernels.layout.group),
            lowestWeight: Int8(kernels.layout.lowest))
        let isSigned = Int(PK_READS_SIGNED) == 1
        let inputs = product.weightLimit == nil ? product.fill : .allMaximum
        let rows = inputs.bytes(count: product.rowCount * product.depth, isSigned: isSigned, using: &random)
        let values = (0..<product.channels * product.depth).map { index -> Int16 in
            let isLarge = product.largeEvery > 0 && index / 4 % product.largeEvery == 0
            let limit: Int16 = isLarge ? 127 : product.weightLimit ?? 127
            let range = product.hasWideWeights ? product.fill.wideRange : -limit...limit
            return switch product.fill {
            case .random: Int16.random(in: range, using: &random)
            case .allMinimum: range.lowerBound
            case .allMaximum: range.upperBound
            case .alternating: index.isMultiple(of: 2) ? range.lowerBound : range.upperBound
            }
        }
        let packed = PackedWeights(WeightBytes(values), channelCount: product.channels, taps: 1, depth: product.depth, layout: layout)
        let arranged = ArrangedWeights(packed, channelCount: product.channels, kernels: kernels)
        let stage = Stage(channels: product.channels, form: product.form, random: &random)
        var part = pk_part(
            first_row: 0, end_row: product.rowCount, first_panel: 0, end_panel: packed.panels.count, block_tiles: product.blockTiles)
        let blockRows = product.blockTiles * Int(kernels.layout.tile_rows)
        // Copies of rows take two bytes for each byte; one pointer is eight.
        var pointers = [UnsafePointer<UInt8>?](repeating: nil, count: blockRows + (blockRows * product.depth + 3) / 4)
        let actual = Guarded.bytes(count: product.rowCount * product.channels) { out in
            arranged.withKernelValue { weights in
                stage.withKernelValue { requantization in
                    rows.withUnsafeBufferPointer { rows in
                        var source = pk_rows(
                            x: rows.baseAddress, window: nil, outside: nil, pixel_bytes: product.depth, taps: 1, depth: product.depth)
                        kernels.product?(&source, weights, requantization, &part, &pointers, out, product.channels)
                    }
                }
            }
        }
        for (index, byte) in actual.enumerated() {
            let (row, channel) = (index / product.channels, index % product.channels)
            var sum: Int32 = 0
            for k in 0..<product.depth {
                let stored = rows[row * product.depth + k]
                let value = Int32(stored) - (stored < 128 ? 0 : Int32(PK_READS_SIGNED) * 256)
                sum += value * Int32(values[channel * product.depth + k])
            }
            let expected = stage.stored(sum, channel)
            if byte != expected {
                Issue.record("\(product) flags \(flags): row \(row) channel \(channel) is \(byte), not \(expected)")
                return
            }
        }
    }

    @Test func packedRowsHoldTheWindowAndTheZeroPoint() {
        // 3 x 3 over 2 x 2 x 3: every row touches the border; rows of 27 are filled up to 28.
        var window = pk_window(
            input_height: 2, input_width: 2, input_channels: 3, output_height: 2, output_width: 2, output_channels: 1, kernel_height: 3,
            kernel_width: 3, stride_height: 1, stride_width: 1, dilation_height: 1, dilation_width: 1, pad_top: 1, pad_left: 1,
            input_zero: 7, input_flip: 0x80)
        let x: [UInt8] = (0..<12).map { UInt8($0) }
        var kernels = pk_convolution_kernels()
        pk_convolution_init(&kernels, 0)
        let rows = Guarded.bytes(count: 4 * 28 + 32) { kernels.pack_rows?(&window, x, x.count, $0, 28, 0, 4) }
        let outside = [UInt8](repeating: 7, count: 3)
        let line = [UInt8](repeating: 7, count: 12)
        let first: [UInt8] = line + [128, 129, 130, 131, 132, 133] + outside + [134, 135, 136, 137, 138, 139]
        #expect(Array(rows[0..<27]) == first, "the window's first line and column are outside")
        let last: [UInt8] = [128, 129, 130, 131, 132, 133] + outside + [134, 135, 136, 137, 138, 139] + line
        #expect(Array(rows[84..<111]) == last, "the window's last line and column are outside")
    }
}

extension Fill {
    /// Weights of a tensor of uint8 with another zero point than 128.
    fileprivate var wideRange: ClosedRange<Int16> {
        switch self {
        case .allMinimum: -255...0
        case .allMaximum: 0...255
        case .random, .alternating: -100...155
        }
    }
}
