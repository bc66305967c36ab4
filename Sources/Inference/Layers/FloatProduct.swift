import FixedPoint

/// A quantised MUL as rint(Float(p) * scale + (p < 0 ? negativeOffset : offset)), clamped, with p = (a - firstZero) * (b - secondZero) and a
/// and b in the uint8 domain: equal to the norm for every product that can occur, which the init proves.
///
/// The norm's first rounding keeps few fraction bits, and its second takes ties away from zero: seen from far that is an offset which
/// depends on the sign. On either side of zero both are monotone functions of a whole number, so that they are equal when they reach each
/// of the at most 255 steps at the same product.
struct FloatProduct: Sendable {
    let firstZero: Int16
    let secondZero: Int16
    let scale: Float
    let offset: Float
    let negativeOffset: Float
    /// Of the uint8 domain.
    let minimum: UInt8
    let maximum: UInt8
    /// 0x80 for int8.
    let flip: UInt8

    /// Nil when there is no such form.
    init?(_ product: QuantizedProduct) {
        let facts = product.bytes
        guard let range = facts.byteRange(product.range, zeroPoint: product.zeroPoint) else { return nil }
        // The norm is monotone only as long as nothing wraps: products are below 2^16.
        guard product.multiplier.leftShift <= 14, product.multiplier.multiplier > 0 else { return nil }
        let corners = [0, 255].flatMap { x in [0, 255].map { y in (x - facts.firstZero) * (y - facts.secondZero) } }
        guard let smallest = corners.min(), let largest = corners.max() else { return nil }
        let thresholds = Self.thresholds(product, facts.outputZero, range, smallest...largest)
        // A scale next to the right one may leave more room for the offsets.
        for ulps in [0, -2, 2, -4, 4, -6, 6] {
            let scale = Float(bitPattern: UInt32(Int(Float(product.multiplier.factor).bitPattern) + ulps))
            guard let offsets = Self.offsets(thresholds, smallest...largest, scale) else { continue }
            (firstZero, secondZero) = (Int16(facts.firstZero), Int16(facts.secondZero))
            (self.scale, offset, negativeOffset) = (scale, offsets.positive, offsets.negative)
            (minimum, maximum, flip) = (UInt8(range.lower), UInt8(range.upper), facts.flip)
            return
        }
        return nil
    }

    /// For each step above the lowest: the smallest product in `products` that reaches it, or the one behind the last.
    private static func thresholds(
        _ facts: QuantizedProduct, _ zero: Int, _ range: (lower: Int, upper: Int), _ products: ClosedRange<Int>
    ) -> [(step: Int, reached: Int)] {
        func norm(_ product: Int) -> Int { Int(facts.multiplier.scale(Int32(truncatingIfNeeded: product))) + zero }
        let factor = facts.multiplier.factor
        return stride(from: range.lower + 1, through: range.upper, by: 1).map { step in
            let estimate = ((Double(step - zero) - 0.5) / factor).rounded(.up)
            var reached = Int(min(max(estimate, Double(products.lowerBound)), Double(products.upperBound)))
            while reached <= products.upperBound, norm(reached) < step { reached += 1 }
            while reached > products.lowerBound, norm(reached - 1) >= step { reached -= 1 }
            return (step, reached)
        }
    }

    /// The offsets of either sign with which a scale is proven; nil when there are none.
    private static func offsets(
        _ thresholds: [(step: Int, reached: Int)], _ products: ClosedRange<Int>, _ scale: Float
    ) -> (negative: Float, positive: Float)? {
        var (negative, positive) = (OffsetRange(), OffsetRange())
        for (step, reached) in thresholds {
            func bound(_ product: Int) -> Double { Double(step) - 0.5 - Double(product) * Double(scale) }
            // On either side of zero: the first product that reaches the step, and the last that does not.
            if reached < 0 { negative.raise(to: bound(reached)) }
            if min(reached, 0) > products.lowerBound { negative.lower(to: bound(min(reached, 0) - 1)) }
            if reached <= products.upperBound { positive.raise(to: bound(max(reached, 0))) }
            if reached > 0 { positive.lower(to: bound(reached - 1)) }
        }
        let offsets = (negative: negative.middle, positive: positive.middle)
        guard 65_025 * scale < 1e9, abs(offsets.negative) < 1e9, abs(offsets.positive) < 1e9 else { return nil }
        func form(_ product: Int) -> Float {
            (Float(product) * scale + (product < 0 ? offsets.negative : offsets.positive)).rounded(.toNearestOrEven)
        }
        for (step, reached) in thresholds {
            guard reached >= 0 || form(reached) >= Float(step),
                min(reached, 0) <= products.lowerBound || form(min(reached, 0) - 1) < Float(step),
                reached > products.upperBound || form(max(reached, 0)) >= Float(step), reached <= 0 || form(reached - 1) < Float(step)
            else { return nil }
        }
        return offsets
    }

    /// The same with the inputs exchanged.
    var exchanged: FloatProduct { FloatProduct(exchanging: self) }

    private init(exchanging product: FloatProduct) {
        (firstZero, secondZero, scale) = (product.secondZero, product.firstZero, product.scale)
        (offset, negativeOffset) = (product.offset, product.negativeOffset)
        (minimum, maximum, flip) = (product.minimum, product.maximum, product.flip)
    }
}

/// What an offset may be: from `least` up to, but not including, `limit`.
private struct OffsetRange {
    var least = -Double.infinity
    var limit = Double.infinity

    mutating func raise(to bound: Double) { least = max(least, bound) }
    mutating func lower(to bound: Double) { limit = min(limit, bound) }

    var middle: Float {
        if least.isFinite { return Float(limit.isFinite ? (least + limit) / 2 : least + 0.001) }
        return Float(limit.isFinite ? limit - 0.001 : 0)
    }
}

/// The zero points of two inputs and an output of one 8-bit type in the uint8 domain, where int8 is moved up by 128.
struct ByteFacts: Sendable {
    let firstZero: Int
    let secondZero: Int
    let outputZero: Int
    /// 0x80 for int8.
    let flip: UInt8

    init(isSigned: Bool, firstZero: Int32, secondZero: Int32, outputZero: Int32) {
        let offset = isSigned ? 128 : 0
        self.firstZero = Int(firstZero) + offset
        self.secondZero = Int(secondZero) + offset
        self.outputZero = Int(outputZero) + offset
        flip = isSigned ? 0x80 : 0
    }

    /// The range in the uint8 domain; nil when it is empty or the zero point is absurd.
    func byteRange(_ range: OutputRange, zeroPoint: Int32) -> (lower: Int, upper: Int)? {
        let offset = flip == 0 ? 0 : 128
        let (lower, upper) = (Int(range.lower) + offset, Int(range.upper) + offset)
        guard lower <= upper, (0...255).contains(lower), (0...255).contains(upper), (0...255).contains(outputZero) else { return nil }
        return (lower, upper)
    }
}

extension QuantizedMultiplier {
    /// The factor that the integers stand for; exact.
    var factor: Double {
        Double(sign: .plus, exponent: Int(leftShift) - Int(rightShift) - 31, significand: Double(multiplier))
    }
}
