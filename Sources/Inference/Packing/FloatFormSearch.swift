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
        /// For each output j the real number from which on the nearest float is j or more.
        let limits: [Double]
        /// T of each output of the group, and room for a vector more.
        var sums = [Double](repeating: 0, count: 256 + 8)
        /// The least output that has a threshold in the group.
        var firstOutput = 0
        var count = 0
        /// Bounds of the offset from the ends of the domain, as sum and limit.
        var floor: (sum: Double, limit: Double)?
        var ceiling: (sum: Double, limit: Double)?

        /// Of the first output, and of the last one.
        var first: (sum: Double, limit: Double) { (sums[0], limits[firstOutput]) }
        var last: (sum: Double, limit: Double) { (sums[count - 1], limits[firstOutput + count - 1]) }

        /// The thresholds of outputs `first...last`: the least whole T with T * factor >= j + addend.
        mutating func fill(_ first: Int32, _ last: Int32, factor: Double, addend: Double, _ kernels: Kernels) {
            firstOutput = Int(first)
            count = max(0, Int(last) + 1 - Int(first))
            floor = nil
            ceiling = nil
            if count > 0 { kernels.fillThresholds(&sums, count: count, first: firstOutput, factor: factor, addend: addend) }
        }

        /// The offsets that serve all thresholds of the group: above the lower bound, below the upper one.
        func offsets(scale: Double, _ kernels: Kernels) -> (lower: Double, upper: Double) {
            // Bound: sums are below 2^24 and the scale has 24 bits: products are exact, differences are to 2^-44.
            var (lower, upper) = (-1e18, 1e18)
            if count > 0 {
                let limits = limits.span.extracting(droppingFirst: firstOutput)
                let needs = kernels.needs(sums.span, limits: limits, count: count, scale: scale)
                (lower, upper) = (needs.upperBound, needs.lowerBound + scale)
            }
            if let floor { lower = max(lower, floor.limit - floor.sum * scale) }
            if let ceiling { upper = min(upper, ceiling.limit - ceiling.sum * scale) }
            return (lower, upper)
        }
    }

    private let kernels: Kernels
    private var below = Group(limits: Self.limits)
    private var above = Group(limits: Self.limits)
    private var previous: (facts: ChannelFacts, form: FloatForm?)?

    private static let limits: [Double] = (0...255).map { (Double(Float($0)) + Double(Float($0).nextDown)) / 2 }

    /// Far above the error of double precision in the numbers below, far below the intervals that are of any use.
    private static let margin = 0x1p-38
    /// Thresholds of at most so much are exact in single precision, and times a factor's 31 bits in double precision.
    private static let largestSum = 0x1p22

    private static let ordinarySums: ClosedRange<Int64> = -(1 << 29)...1 << 29

    /// Shifts that are tried. More than 1024 of them prove next to nothing more.
    private static let largestShift = 1024

    /// - Parameter tier: which kernels compute the thresholds; all find the same forms.
    package init(tier: Tier = .best) { self.init(Kernels(tier: tier)) }

    init(_ kernels: Kernels) { self.kernels = kernels }

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
        below.fill(lowest + 1, min(highest, zeroPoint), factor: factor, addend: -0.5 + twist - Double(zeroPoint), kernels)
        above.fill(max(lowest, zeroPoint) + 1, highest, factor: factor, addend: -0.5 - twist - Double(zeroPoint), kernels)
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

    private func limit(_ output: Int32) -> Double { Self.limits[Int(output)] }

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
        let (n, p) = (below.offsets(scale: Double(scale), kernels), above.offsets(scale: Double(scale), kernels))
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
        let (lastBelow, firstAbove) = (below.last, above.first)
        // The sums below the lower group's last are negative, those from the upper group's first on are not.
        guard lastBelow.sum + shift <= 0, firstAbove.sum + shift >= 0 else { return nil }
        let move = shift * Double(scale)
        // The sums next to the change of sign are between two thresholds of different groups: the last negative one must not reach the
        // upper group's first, and the next one must reach the lower group's last.
        let ceiling = firstAbove.limit + (shift + 1) * Double(scale)
        let floor = lastBelow.limit + shift * Double(scale)
        guard let negative = Self.float(above: n.lower - move, below: min(n.upper, ceiling) - move),
            let positive = Self.float(above: max(p.lower, floor) - move, below: p.upper - move)
        else { return nil }
        return FloatForm(scale: scale, offset: positive, negativeOffset: negative, biasShift: Int32(shift))
    }

    /// Offsets near 128 have steps of 2^-16, as coarse as the intervals are narrow. A shift of the sum moves the intervals against those
    /// steps, and costs nothing: it is part of the bias.
    private func shiftedOffsets(scale: Float) -> FloatForm? {
        let (n, p) = (below.offsets(scale: Double(scale), kernels), above.offsets(scale: Double(scale), kernels))
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
