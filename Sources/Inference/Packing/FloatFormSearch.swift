import FixedPoint

/// Finds and proves forms, one channel after the other; its memory is allocated once.
///
/// The norm and the form both never fall when the sum rises. So they are equal everywhere if they are at the thresholds: for each output j
/// the least sum T whose output is j or more, and T - 1. The norm rounds the exact product q = sum * factor twice, and its threshold is in
/// closed form: the output reaches zero point + r where q >= r - 1/2 - d for r > 0, and where q >= r - 1/2 + d for r <= 0, with
/// d = 2^-(rightShift + 1), or 0 without a shift. The form reaches j where T * scale + offset >= j - half the step of floats below j. Given
/// the scale, each threshold bounds the offset from below, and the sum before it from above. What is left is an interval, and any float
/// in it is proven.
package struct FloatFormSearch: ~Copyable {
    /// Outputs above the zero point, and those up to it, are rounded differently: two groups of thresholds.
    private struct Group {
        /// T and the form's threshold, four outputs at a time.
        var sums: [SIMD4<Double>]
        var limits: [SIMD4<Double>]
        var count = 0
        /// Bounds of the offset from the ends of the domain, as sum and limit.
        var floor: (sum: Double, limit: Double)?
        var ceiling: (sum: Double, limit: Double)?

        init() {
            sums = [SIMD4<Double>](repeating: .zero, count: 65)
            limits = sums
        }

        /// The group's least output that has a threshold.
        var first: (sum: Double, limit: Double) { (sums[0][0], limits[0][0]) }
        /// The group's greatest one.
        var last: (sum: Double, limit: Double) { (sums[count - 1][3], limits[count - 1][3]) }

        mutating func copyLane(from source: Int, to target: Int) {
            sums[target / 4][target % 4] = sums[source / 4][source % 4]
            limits[target / 4][target % 4] = limits[source / 4][source % 4]
        }

        /// The offsets that serve all thresholds of the group: above the lower bound, below the upper one.
        func offsets(scale: Double) -> (lower: Double, upper: Double) {
            // Bound: sums are below 2^24 and the scale has 24 bits: products are exact, differences are to 2^-44.
            var (least, greatest) = (SIMD4<Double>(repeating: 1e18), SIMD4<Double>(repeating: -1e18))
            let (sums, limits) = (sums.span, limits.span)
            for index in 0..<count {
                let need = limits[index] - sums[index] * scale
                least.replace(with: need, where: need .< least)
                greatest.replace(with: need, where: need .> greatest)
            }
            var (lower, upper) = (greatest.max(), least.min() + scale)
            if let floor { lower = max(lower, floor.limit - floor.sum * scale) }
            if let ceiling { upper = min(upper, ceiling.limit - ceiling.sum * scale) }
            return (lower, upper)
        }
    }

    private var below = Group()
    private var above = Group()
    private var previous: (facts: ChannelFacts, form: FloatForm?)?
    /// For each output j the real number from which on the nearest float is j or more, four at a time.
    private let limits: [SIMD4<Double>]

    /// Far above the error of double precision in the numbers below, far below the intervals that are of any use.
    private static let margin = 0x1p-38
    /// Thresholds of at most so much are exact in single precision, and times a factor's 31 bits in double precision.
    private static let largestSum = 0x1p22

    private static let ordinarySums: ClosedRange<Int64> = -(1 << 29)...1 << 29

    /// Shifts that are tried. More than 1024 of them prove next to nothing more.
    private static let largestShift = 1024

    package init() {
        var limits = [SIMD4<Double>](repeating: .zero, count: 64)
        for output in 1...255 {
            let float = Float(output)
            limits[output / 4][output % 4] = (Double(float) + Double(float.nextDown)) / 2
        }
        self.limits = limits
    }

    /// The form of a channel, or nil where there is none or it was not found.
    package mutating func form(of facts: ChannelFacts) -> FloatForm? {
        guard facts.multiplier.leftShift == 0, Self.ordinarySums.contains(facts.sums.lowerBound),
            Self.ordinarySums.contains(facts.sums.upperBound), facts.stored(Int32(facts.sums.lowerBound)) == facts.minimum,
            facts.stored(Int32(facts.sums.upperBound)) == facts.maximum
        else { return newForm(of: facts) }
        // Both ends are clamped: the sums do not matter, and the channels of per-tensor models differ in nothing else.
        let whole = ChannelFacts(
            multiplier: facts.multiplier, sums: Self.ordinarySums, zeroPoint: facts.zeroPoint, minimum: facts.minimum,
            maximum: facts.maximum)
        if let previous, previous.facts == whole { return previous.form }
        let form = newForm(of: whole)
        previous = (whole, form)
        return form
    }

    private mutating func newForm(of facts: ChannelFacts) -> FloatForm? {
        let multiplier = facts.multiplier
        if multiplier.multiplier == 0 { return constant(min(max(facts.zeroPoint, facts.minimum), facts.maximum)) }
        var (first, last) = (facts.sums.lowerBound, facts.sums.upperBound)
        if multiplier.leftShift == 0, first < Int64(Int32.min) || last > Int64(Int32.max) {
            // A sum that wraps around can be anything: dead channels of real models have a bias at the end of Int32.
            (first, last) = (Int64(Int32.min), Int64(Int32.max))
        }
        let greatest = Int64(max(first.magnitude, last.magnitude))
        guard greatest <= (Int64(Int32.max) + 1) >> Int64(multiplier.leftShift) else { return nil }
        let (lowest, highest) = (facts.stored(Int32(first)), facts.stored(Int32(last)))
        if lowest == highest { return constant(lowest) }
        // The thresholds of the outputs lowest + 1...highest lie within the domain.
        let factor = Double(multiplier.multiplier) * Double(sign: .plus, exponent: multiplier.exponent - 31, significand: 1)
        let zeroPoint = facts.zeroPoint
        let twist = multiplier.rightShift == 0 ? 0 : Double(sign: .plus, exponent: -Int(multiplier.rightShift) - 1, significand: 1)
        let reach = Self.largestSum * factor - 1
        guard Double(zeroPoint - lowest) < reach, Double(highest - zeroPoint) < reach else { return nil }
        Self.fill(&below, lowest + 1, min(highest, zeroPoint), factor: factor, addend: -0.5 + twist - Double(zeroPoint), limits: limits)
        Self.fill(&above, max(lowest, zeroPoint) + 1, highest, factor: factor, addend: -0.5 - twist - Double(zeroPoint), limits: limits)
        // Outside of the clamp nothing is asked; where the domain ends within it, its ends must not reach the next output.
        let bottom = lowest > facts.minimum ? (Double(Float(first)), limit(lowest)) : nil
        let top = highest < facts.maximum ? (Double(Float(last)), limit(highest + 1)) : nil
        if below.count > 0 { below.floor = bottom } else { above.floor = bottom }
        if above.count > 0 { above.ceiling = top } else { below.ceiling = top }
        return search(near: Float(factor), greatest: greatest)
    }

    private func constant(_ output: Int32) -> FloatForm {
        FloatForm(scale: 0, offset: Float(output) + 0.5, negativeOffset: Float(output) + 0.5, biasShift: 0)
    }

    private func limit(_ output: Int32) -> Double { limits[Int(output) / 4][Int(output) % 4] }

    /// The thresholds of outputs `first...last`: the least whole T with T * factor >= j + addend.
    private static func fill(
        _ group: inout Group, _ first: Int32, _ last: Int32, factor: Double, addend: Double, limits: borrowing [SIMD4<Double>]
    ) {
        group.count = 0
        group.floor = nil
        group.ceiling = nil
        guard first <= last else { return }
        let (start, end) = (Int(first) / 4, Int(last) / 4)
        // Adding and taking away this number rounds to the nearest whole one.
        let rounder = SIMD4<Double>(repeating: 0x1.8p52)
        let inverse = 1 / factor
        var goal = SIMD4<Double>(0, 1, 2, 3) + (Double(4 * start) + addend)
        for index in start...end {
            // T is the whole number nearest to goal / factor, or the next one. Bound: whole numbers up to 2^22 times 31 bits are exact.
            let nearest = goal * inverse + rounder - rounder
            let sum = nearest.replacing(with: nearest + 1, where: nearest * factor .< goal)
            group.sums[index - start] = sum
            group.limits[index - start] = limits[index]
            goal += 4
        }
        group.count = end - start + 1
        // Outputs of others in the first and the last vector make way for copies of the group's own.
        for output in 4 * start..<Int(first) { group.copyLane(from: Int(first) - 4 * start, to: output - 4 * start) }
        for output in Int(last) + 1..<4 * end + 4 { group.copyLane(from: Int(last) - 4 * start, to: output - 4 * start) }
    }

    private enum Outcome {
        case found(FloatForm)
        /// The width of the narrower interval; negative where there is none.
        case width(Double)
    }

    /// Tries scales from the nearest one outwards. The width of the intervals is a concave function of the scale: once it falls and is
    /// below zero, there is nothing further on.
    private func search(near start: Float, greatest: Int64) -> FloatForm? {
        guard Double(start) * (Double(greatest) + Self.largestSum) + 256 < 0x1p30 else { return nil }
        var best = (scale: start, width: -Double.infinity)
        var ends = [(scale: start, width: Double.infinity, isAlive: true), (scale: start, width: Double.infinity, isAlive: true)]
        for step in 0..<24 {
            for side in 0..<(step == 0 ? 1 : 2) where ends[side].isAlive {
                if step > 0 { ends[side].scale = side == 0 ? ends[side].scale.nextUp : ends[side].scale.nextDown }
                let scale = ends[side].scale
                switch offsets(scale: scale) {
                case .found(let form): return form
                case .width(let width):
                    if width > best.width { best = (scale, width) }
                    if step == 0 {
                        ends[1].width = width
                    } else if width < ends[side].width, width <= 0 {
                        ends[side].isAlive = false
                    }
                    ends[side].width = width
                }
            }
        }
        guard greatest < Int64(Int32.max) - Int64(Self.largestSum), best.width > 4 * Self.margin else { return nil }
        return shiftedOffsets(scale: best.scale)
    }

    /// The offsets for a scale, without a shift.
    private func offsets(scale: Float) -> Outcome {
        let (n, p) = (below.offsets(scale: Double(scale)), above.offsets(scale: Double(scale)))
        if let offset = Self.float(above: max(n.lower, p.lower), below: min(n.upper, p.upper)) {
            return .found(FloatForm(scale: scale, offset: offset, negativeOffset: offset, biasShift: 0))
        }
        if below.count == 0 || above.count == 0 { return .width(min(n.upper, p.upper) - max(n.lower, p.lower)) }
        if let form = signedForm(scale: scale, n, p, shift: 0) { return .found(form) }
        return .width(min(n.upper - n.lower, p.upper - p.lower))
    }

    /// A form with two offsets, where the sums that they are for are told apart by the sign of sum + shift.
    private func signedForm(
        scale: Float, _ n: (lower: Double, upper: Double), _ p: (lower: Double, upper: Double), shift: Double
    ) -> FloatForm? {
        let lastBelow = below.last.sum
        let firstAbove = above.first.sum
        // The sums below lastBelow are negative, those from firstAbove on are not.
        guard lastBelow + shift <= 0, firstAbove + shift >= 0 else { return nil }
        let move = shift * Double(scale)
        // The sums next to the change of sign are between two thresholds of different groups: the last negative one must not reach the
        // upper group's first, and the next one must reach the lower group's last.
        let ceiling = above.first.limit + (shift + 1) * Double(scale)
        let floor = below.last.limit + shift * Double(scale)
        guard let negative = Self.float(above: n.lower - move, below: min(n.upper, ceiling) - move),
            let positive = Self.float(above: max(p.lower, floor) - move, below: p.upper - move)
        else { return nil }
        return FloatForm(scale: scale, offset: positive, negativeOffset: negative, biasShift: Int32(shift))
    }

    /// Offsets near 128 have steps of 2^-16, as coarse as the intervals are narrow. A shift of the sum moves the intervals against those
    /// steps, and costs nothing: it is part of the bias.
    private func shiftedOffsets(scale: Float) -> FloatForm? {
        let (n, p) = (below.offsets(scale: Double(scale)), above.offsets(scale: Double(scale)))
        let (lower, upper) = (max(n.lower, p.lower), min(n.upper, p.upper))
        if upper - lower > 4 * Self.margin {
            // One offset for all: so many that it becomes small, where floats are dense.
            let shift = ((lower + upper) / 2 / Double(scale)).rounded()
            guard shift.magnitude < Self.largestSum else { return nil }
            guard let offset = Self.float(above: lower - shift * Double(scale), below: upper - shift * Double(scale)) else { return nil }
            return FloatForm(scale: scale, offset: offset, negativeOffset: offset, biasShift: Int32(shift))
        }
        guard below.count > 0, above.count > 0 else { return nil }
        // Both intervals move alike, so they must overlap when they are laid over each other by whole steps.
        let step = Double(Float(p.lower).ulp)
        let lead = ((p.lower + p.upper - n.lower - n.upper) / 2 / step).rounded() * step
        guard min(n.upper + lead, p.upper) - max(n.lower + lead, p.lower) > 2 * Self.margin else { return nil }
        for shift in 1...Self.largestShift {
            if let form = signedForm(scale: scale, n, p, shift: Double(shift)) { return form }
            if let form = signedForm(scale: scale, n, p, shift: -Double(shift)) { return form }
        }
        return nil
    }

    /// A float strictly between two bounds, of which one may be missing.
    private static func float(above lower: Double, below upper: Double) -> Float? {
        guard upper - lower > 2 * margin else { return nil }
        // Bounds of 1e17 and more stand for none.
        let middle = lower < -1e17 ? upper - 0.25 : upper > 1e17 ? lower + 0.25 : (lower + upper) / 2
        let float = Float(middle)
        return Double(float) > lower + margin && Double(float) < upper - margin ? float : nil
    }
}
