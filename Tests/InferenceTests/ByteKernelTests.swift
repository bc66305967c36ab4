import CKernels
import FixedPoint
import Testing

/// The kernels of layers without weights: the same bytes on every instruction set, and not one written outside of the output.
@Suite struct ByteKernelTests {
    static let fastFlags: [UInt32] = {
        let all = pk_cpu_flags()
        return Array(Set([0, PK_CPU_AVX2 & all, all])).sorted()
    }()
    static let counts = Array(1...10) + [15, 16, 17, 31, 32, 33, 63, 64, 65, 127, 128, 129, 300]
    private static let guardCount = 80

    /// What `body` writes to a buffer of exactly `count` elements between guards, which stay as they are.
    private func written(_ count: Int, _ what: String, _ body: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: count + 2 * Self.guardCount)
        bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { body(base + Self.guardCount) }
        }
        let intact = (bytes.prefix(Self.guardCount) + bytes.suffix(Self.guardCount)).allSatisfy { $0 == 0xA5 }
        #expect(intact, "\(what): bytes around the output")
        return Array(bytes.dropFirst(Self.guardCount).dropLast(Self.guardCount))
    }

    private func bytes(_ count: Int, _ random: inout SplitMix) -> [UInt8] {
        (0..<count).map { _ in UInt8.random(in: 0...255, using: &random) }
    }

    private func elementwise(_ flags: UInt32) -> pk_elementwise_kernels {
        var kernels = pk_elementwise_kernels()
        pk_elementwise_init(&kernels, flags)
        return kernels
    }

    private func reduction(_ flags: UInt32) -> pk_reduction_kernels {
        var kernels = pk_reduction_kernels()
        pk_reduction_init(&kernels, flags)
        return kernels
    }

    @Test(arguments: fastFlags) func sumsAndProductsEqualTheirDefinition(flags: UInt32) {
        var random = SplitMix(seed: 41)
        let kernels = elementwise(flags)
        for count in Self.counts {
            for isSingle in [false, true] {
                let (a, b) = (bytes(3 * count, &random), bytes(3 * count, &random))
                var pairing = pk_pairing(
                    rows: 3, count: count, first_step: count, second_step: isSingle ? 1 : 0, second_is_single: isSingle ? 1 : 0)
                func pairs(_ operation: (Int, Int) -> Int) -> [UInt8] {
                    (0..<3 * count).map { index in
                        let second = isSingle ? b[index / count] : b[index % count]
                        return UInt8(min(max(operation(Int(a[index] ^ 0x80), Int(second ^ 0x80)), 3), 250)) ^ 0x80
                    }
                }
                var sum = pk_linear_sum(
                    first_high: 21_000, first_low: 777, second_high: -16_000, second_low: 31_000, offset_high: 3_000_000,
                    offset_low: 12_345, shift: 15, minimum: 3, maximum: 250, flip: 0x80)
                let wantedSums = pairs { x, y in
                    (21_000 * x - 16_000 * y + 3_000_000 + (777 * x + 31_000 * y + 12_345) >> 15) >> 15
                }
                let sums = written(3 * count, "sum") { kernels.linear_sum?(&sum, &pairing, a, b, $0) }
                #expect(sums == wantedSums, "flags \(flags), \(count) elements")
                var product = pk_float_product(
                    first_zero: 100, second_zero: 3, scale: 0.0123, offset: 40.2, offset_negative: 40.3, minimum: 3, maximum: 250,
                    flip: 0x80)
                let wantedProducts = pairs { x, y in
                    let p = (x - 100) * (y - 3)
                    return Int((Float(p) * 0.0123 + (p < 0 ? 40.3 : 40.2)).rounded(.toNearestOrEven))
                }
                let products = written(3 * count, "product") { kernels.float_product?(&product, &pairing, a, b, $0) }
                #expect(products == wantedProducts, "flags \(flags), \(count) elements")
                // In place of the first input.
                let inPlace = written(3 * count, "sum in place") { out in
                    for index in a.indices { out[index] = a[index] }
                    kernels.linear_sum?(&sum, &pairing, out, b, out)
                }
                #expect(inPlace == wantedSums)
            }
        }
    }

    @Test(arguments: fastFlags, [0, 1, 8, 31] as [Int32]) func sumsOfTermsAreRoundedTwiceAsTheNorm(flags: UInt32, right: Int32) {
        var random = SplitMix(seed: 44)
        let kernels = elementwise(flags)
        // The largest terms, sums of which are halves where a rounding goes wrong first, and any.
        for largest in [Int32(1) << 28 - 1, 1 << 15, 600] {
            let terms = (0..<2).map { _ in (0..<256).map { _ in Int32.random(in: -largest...largest, using: &random) } }
            let multiplier: Int32 = right == 0 ? 1 << 30 : Int32.random(in: 1 << 30 ... .max, using: &random)
            for count in Self.counts {
                for isSingle in [false, true] {
                    let (a, b) = (bytes(3 * count, &random), bytes(3 * count, &random))
                    var pairing = pk_pairing(
                        rows: 3, count: count, first_step: count, second_step: isSingle ? 1 : 0, second_is_single: isSingle ? 1 : 0)
                    let wanted = (0..<3 * count).map { index in
                        let sum = terms[0][Int(a[index])] + terms[1][Int(isSingle ? b[index / count] : b[index % count])]
                        let scaled = FixedPoint.multiply(sum, by: multiplier, leftShift: 0, rightShift: right) + 117
                        return UInt8(min(max(scaled, 3), 250)) ^ 0x80
                    }
                    terms[0].withUnsafeBufferPointer { first in
                        terms[1].withUnsafeBufferPointer { second in
                            var sum = pk_term_sum(
                                first: first.baseAddress, second: second.baseAddress, multiplier: multiplier, right: right, zero_point: 117,
                                minimum: 3, maximum: 250, flip: 0x80)
                            let sums = written(3 * count, "sum of terms") { kernels.term_sum?(&sum, &pairing, a, b, $0) }
                            #expect(sums == wanted, "flags \(flags), \(count) elements")
                            let inPlace = written(3 * count, "sum of terms in place") { out in
                                for index in a.indices { out[index] = a[index] }
                                kernels.term_sum?(&sum, &pairing, out, b, out)
                            }
                            #expect(inPlace == wanted)
                        }
                    }
                }
            }
        }
    }

    @Test(arguments: fastFlags) func pairsNearAThresholdAreAllFound(flags: UInt32) {
        var random = SplitMix(seed: 42)
        let (first, second) = (
            (0..<256).map { _ in UInt32.random(in: 0 ... .max, using: &random) },
            (0..<256).map { _ in UInt32.random(in: 0 ... .max, using: &random) }
        )
        var pairs = [UInt16](repeating: 0, count: 1024)
        let margin: UInt32 = 1 << 20
        let found = elementwise(flags).near_pairs?(first, second, margin, &pairs, 1024) ?? 0
        var expected: [UInt16] = []
        for x in 0..<256 {
            for y in 0..<256 where first[x] &+ second[y] &+ margin <= 2 * margin { expected.append(UInt16(256 * x + y)) }
        }
        #expect(Array(pairs.prefix(found)) == expected && !expected.isEmpty)
        #expect(elementwise(flags).near_pairs?(first, second, margin, &pairs, 1) == expected.count)
    }

    @Test(arguments: fastFlags) func lookupsEqualTheTable(flags: UInt32) {
        var random = SplitMix(seed: 43)
        var kernels = pk_lookup_kernels()
        pk_lookup_init(&kernels, flags)
        for count in Self.counts + [256 * 3] {
            let (table, x) = (bytes(256, &random), count == 768 ? (0..<768).map { UInt8($0 & 255) } : bytes(count, &random))
            let once = written(count, "lookup") { kernels.look_up?(table, x, 1, count, $0, 0) }
            #expect(once == x.map { table[Int($0)] }, "flags \(flags), \(count) elements")
            let inPlace = written(count, "lookup in place") { out in
                for index in x.indices { out[index] = x[index] }
                kernels.look_up?(table, out, 1, count, out, 0)
            }
            #expect(inPlace == once)
            let rows = written(3 * count + 10, "rows") { kernels.look_up?(table, x + x + x, 3, count, $0, count + 5) }
            #expect(rows.dropFirst(count).prefix(5).allSatisfy { $0 == 0xA5 } && Array(rows.suffix(count)) == once)
        }
    }

    @Test(arguments: fastFlags) func resizesStayWithinTheirLines(flags: UInt32) {
        var random = SplitMix(seed: 44)
        var (kernels, norm) = (pk_resize_kernels(), pk_resize_kernels())
        pk_resize_init(&kernels, flags)
        pk_resize_init(&norm, 0)
        for channels in Self.counts {
            let x = bytes(2 * 3 * channels, &random)
            let fractions: [pk_sample] = (0..<4).map { index in
                var sample = pk_sample()
                (sample.first, sample.second) = (0, 1)
                (sample.first_weight.fraction, sample.second_weight.fraction) = (Int32(4 - index), Int32(index))
                return sample
            }
            fractions.withUnsafeBufferPointer { samples in
                var resize = pk_resize(
                    rows: samples.baseAddress, columns: samples.baseAddress, input_height: 2, input_width: 3, output_height: 4,
                    output_width: 4, channels: channels, bits: 2, flip: channels.isMultiple(of: 2) ? 0 : 0x80)
                var scratch = [UInt16](repeating: 0, count: 3 * channels + Int(PK_RESIZE_FILL))
                let lineCount = 4 * channels
                // Lines 1 and 2 of 4: neither those before nor those behind are touched.
                let some = written(4 * lineCount, "resize") { kernels.bilinear_short?(&resize, x, $0, 1, 3, &scratch) }
                let all = written(4 * lineCount, "resize") { norm.bilinear_short?(&resize, x, $0, 0, 4, &scratch) }
                #expect((some.prefix(lineCount) + some.suffix(lineCount)).allSatisfy { $0 == 0xA5 }, "flags \(flags) \(channels)")
                #expect(some[lineCount..<3 * lineCount] == all[lineCount..<3 * lineCount], "flags \(flags) \(channels)")
                let nearest = written(4 * lineCount, "nearest") { kernels.nearest?(&resize, x, $0, 1, 3) }
                #expect((nearest.prefix(lineCount) + nearest.suffix(lineCount)).allSatisfy { $0 == 0xA5 })
                #expect(nearest[lineCount..<lineCount + channels] == x[0..<channels])
            }
        }
    }

    @Test(arguments: fastFlags) func reductionsStayWithinTheirOutput(flags: UInt32) {
        var random = SplitMix(seed: 45)
        let (kernels, norm) = (reduction(flags), reduction(0))
        let exponentials = (0..<256).map { Int32(1 << 30) >> Int32(min($0, 30)) }
        let addends = exponentials.map { $0 >> 12 }
        for count in Self.counts {
            let x = bytes(5 * 4 * count, &random)
            // The input ends where its last row does.
            var positions = [Int32](repeating: -1, count: 21)
            kernels.arg_max?(x, 0x80, 20, count, count, &positions)
            for row in 0..<20 {
                let values = x[row * count..<(row + 1) * count].map { $0 ^ 0x80 }
                #expect(positions[row] == values.firstIndex(of: values.max() ?? 0).map(Int32.init))
            }
            #expect(positions[20] == -1)
            let softmax = written(20 * count, "softmax") { kernels.softmax?(x, 0, exponentials, addends, 20, count, $0) }
            #expect(softmax == written(20 * count, "softmax") { norm.softmax?(x, 0, exponentials, addends, 20, count, $0) })
            var sums = [Int32](repeating: -1, count: count + 16)
            kernels.sum_rows?(x, 0, 20, count, &sums)
            for c in 0..<count { #expect(sums[c] == (0..<20).reduce(0) { $0 + Int32(x[$1 * count + c]) }) }
            #expect(sums.suffix(16).allSatisfy { $0 == -1 })
            var pool = pk_pool(
                input_height: 5, input_width: 4, output_height: 5, output_width: 4, channels: count, window_height: 3, window_width: 3,
                stride_height: 1, stride_width: 1, pad_top: 1, pad_left: 1, minimum: 10, maximum: 240, flip: 0x80)
            let line = 4 * count
            for (fast, slow) in [(kernels.maximum_pool, norm.maximum_pool), (kernels.average_pool, norm.average_pool)] {
                let some = written(5 * line, "pool") { fast?(&pool, x, $0, 1, 4) }
                let all = written(5 * line, "pool") { slow?(&pool, x, $0, 0, 5) }
                #expect((some.prefix(line) + some.suffix(line)).allSatisfy { $0 == 0xA5 } && some[line..<4 * line] == all[line..<4 * line])
            }
        }
    }

    @Test func copiesWriteTheirRunsOnly() {
        var random = SplitMix(seed: 46)
        var kernels = pk_copy_kernels()
        pk_copy_init(&kernels, 0)
        for count in Self.counts + [513, 600] {
            let x = bytes(20 * count, &random)
            let out = written(20 * (count + 3), "runs") { kernels.copy_runs?(x, count, $0, count + 3, 20, count) }
            for run in 0..<20 {
                #expect(out[run * (count + 3)..<run * (count + 3) + count] == x[run * count..<(run + 1) * count])
                #expect(out[run * (count + 3) + count..<(run + 1) * (count + 3)].allSatisfy { $0 == 0xA5 })
            }
            let turned = written(20 * count, "transpose") { kernels.transpose?(x, count, $0, 20, count, 20) }
            #expect(turned.indices.allSatisfy { turned[$0] == x[$0 % 20 * count + $0 / 20] })
        }
    }
}
