package import FixedPoint

/// How a channel's sum becomes its stored byte in single precision, proven equal to the norm for every sum that can occur:
/// clamp(Int32(fma(Float(sum + biasShift), scale, offset))), where the conversion cuts off the fraction, and `negativeOffset` takes the
/// offset's place where sum + biasShift is negative. The zero point and the half that rounds are in the offsets.
///
/// Cutting off is not a matter of taste: fma rounds its result, a whole number is a float with an even fraction, so that ties go up to it,
/// and the threshold of every output lies at the same side of the ideal one. Rounding to the nearest would have ties at halves, which go
/// up and down in turn, and a third of all blocks of per-channel models would have no proof.
package struct FloatForm: Sendable, Hashable {
    package let scale: Float
    package let offset: Float
    package let negativeOffset: Float
    /// To be added to the bias. Zero nearly always: a sum that is moved lets the offset be a number with finer steps.
    package let biasShift: Int32

    /// Whether one offset serves all sums.
    package var isUnsigned: Bool { offset == negativeOffset }

    /// What the form stores for a sum, bias and shift included.
    package func stored(_ shifted: Int32, minimum: Int32, maximum: Int32) -> Int32 {
        let value = (shifted < 0 ? negativeOffset : offset).addingProduct(Float(shifted), scale)
        return min(max(Int32(value), minimum), maximum)
    }
}

/// What the proof is about: one channel in the domain of uint8.
package struct ChannelFacts: Sendable, Hashable {
    package let multiplier: QuantizedMultiplier
    /// The least and the greatest sum that can occur, bias included.
    package let sums: ClosedRange<Int64>
    /// In 0...255 each, minimum <= maximum.
    package let zeroPoint: Int32
    package let minimum: Int32
    package let maximum: Int32

    package init(multiplier: QuantizedMultiplier, sums: ClosedRange<Int64>, zeroPoint: Int32, minimum: Int32, maximum: Int32) {
        self.multiplier = multiplier
        self.sums = sums
        self.zeroPoint = zeroPoint
        self.minimum = minimum
        self.maximum = maximum
    }

    /// The norm.
    package func stored(_ sum: Int32) -> Int32 { min(max(multiplier.apply(to: sum) + zeroPoint, minimum), maximum) }
}
