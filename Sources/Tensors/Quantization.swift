/// The affine map between stored integers and real values: real = scale * (stored - zeroPoint).
///
/// One scale and zero point serve the whole tensor, or one pair each slice along `axis`.
package struct Quantization: Sendable, Hashable {
    /// Finite and above zero; one, or one for each slice along `axis`.
    package let scales: [Float]
    /// As many as scales.
    package let zeroPoints: [Int32]
    /// The axis of the slices; nil when there is one scale.
    package let axis: Int?

    /// Nil unless the scales are finite and positive and there are as many zero points as scales, at least one of each, and more than
    /// one only with an axis.
    package init?(scales: [Float], zeroPoints: [Int32], axis: Int? = nil) {
        guard !scales.isEmpty, scales.count == zeroPoints.count, scales.count == 1 || axis != nil,
            scales.allSatisfy({ $0.isFinite && $0 > 0 })
        else { return nil }
        self.scales = scales
        self.zeroPoints = zeroPoints
        self.axis = scales.count == 1 ? nil : axis
    }

    /// The scale of the whole tensor (the first one of a sliced tensor).
    package var scale: Float { scales[0] }
    /// The zero point of the whole tensor (the first one of a sliced tensor).
    package var zeroPoint: Int32 { zeroPoints[0] }
    package var isPerAxis: Bool { axis != nil }
}
