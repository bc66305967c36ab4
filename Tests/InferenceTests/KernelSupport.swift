import CKernels
import FixedPoint
import Inference
import Testing

/// Memory with guard bytes around it.
enum Guarded {
    private static let guardCount = 64

    /// Runs `body` on `count` bytes between guards and returns what it wrote; a guard that changed is an issue.
    static func bytes(count: Int, _ body: (UnsafeMutablePointer<UInt8>) -> Void) -> [UInt8] {
        var bytes = [UInt8](repeating: 0xA5, count: count + 2 * guardCount)
        bytes.withUnsafeMutableBufferPointer { buffer in
            if let base = buffer.baseAddress { body(base + guardCount) }
        }
        #expect(bytes.prefix(guardCount).allSatisfy { $0 == 0xA5 })
        #expect(bytes.suffix(guardCount).allSatisfy { $0 == 0xA5 })
        return Array(bytes.dropFirst(guardCount).dropLast(guardCount))
    }
}

/// Random numbers of a requantisation, in the kernels' form, and the norm for them.
struct Stage {
    let padded: Int
    let multipliers: [QuantizedMultiplier]
    let numbers: [Int32]
    let floats: [Float]
    let forms: [UInt8]

    /// - Parameter form: of all blocks, or nil for one by turns in each.
    init(channels: Int, form: UInt8?, random: inout SplitMix) {
        let padded = (channels + 63) / 64 * 64
        let multipliers = (0..<channels).map { _ in
            QuantizedMultiplier(Double.random(in: form == 0 ? 1e-7...3 : 1e-5...1e-3, using: &random)) ?? QuantizedMultiplier(1)!
        }
        let fill = [Int32](repeating: 0, count: padded - channels)
        var numbers = (0..<channels).map { _ in Int32.random(in: -100_000...100_000, using: &random) } + fill
        numbers += multipliers.map(\.multiplier) + fill
        numbers += multipliers.map(\.leftShift) + fill
        numbers += multipliers.map(\.rightShift) + fill
        let noFloats = [Float](repeating: 0, count: padded - channels)
        var floats = multipliers.map { Float($0.multiplier) / 2_147_483_648 * Float($0.leftShift == 0 ? 1 : 2) } + noFloats
        for index in multipliers.indices { floats[index] /= Float(1 << multipliers[index].rightShift) }
        floats += [Float](repeating: 7.125, count: channels) + noFloats
        floats += [Float](repeating: 9.875, count: channels) + noFloats
        (self.padded, self.multipliers, self.numbers, self.floats) = (padded, multipliers, numbers, floats)
        forms = (0..<padded / 16).map { form ?? [1, 0, 2][$0 % 3] }
    }

    /// The same with smaller biases.
    init(_ stage: Stage, subtracting sums: [Int32]) {
        (padded, multipliers, floats, forms) = (stage.padded, stage.multipliers, stage.floats, stage.forms)
        var numbers = stage.numbers
        for (channel, sum) in sums.enumerated() { numbers[channel] -= sum }
        self.numbers = numbers
    }

    /// What a kernel has to store for a sum, bias not yet added.
    func stored(_ sum: Int32, _ channel: Int) -> UInt8 {
        let whole = sum + numbers[channel]
        var value: Int32
        if forms[channel / 16] == PK_FORM_INTEGER {
            value = multipliers[channel].apply(to: whole) + 7
        } else {
            let offset = floats[(whole < 0 && forms[channel / 16] == PK_FORM_FLOAT_SIGNED ? 2 : 1) * padded + channel]
            value = Int32(offset.addingProduct(Float(whole), floats[channel]))
        }
        value = min(max(value, 2), 250)
        return UInt8(value) ^ 0x80
    }

    func withKernelValue(_ body: (UnsafePointer<pk_requantization>) -> Void) {
        numbers.withUnsafeBufferPointer { numbers in
            floats.withUnsafeBufferPointer { floats in
                forms.withUnsafeBufferPointer { forms in
                    let (base, scale) = (numbers.baseAddress!, floats.baseAddress!)
                    var value = pk_requantization(
                        bias: base, multiplier: base + padded, left: base + 2 * padded, right: base + 3 * padded, scale: scale,
                        offset: scale + padded, offset_negative: scale + 2 * padded, form: forms.baseAddress, zero_point: 7, minimum: 2,
                        maximum: 250, flip: 0x80)
                    body(&value)
                }
            }
        }
    }
}
