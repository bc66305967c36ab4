package import Tensors

/// The facts about how pictures become a model's input tensor [1,H,W,C]: shape, element type, fit, and what each level 0...255 is stored
/// as.
///
/// Immutable and shared between threads; `TensorFiller` does the work.
package struct InputTransform: Sendable {
    /// [1,H,W,C] with C 1 (luma) or 3 (red, green, blue).
    package let shape: Shape
    /// uint8, int8 or float32.
    package let elementType: ElementType
    package let fit: Fit

    package var height: Int { shape[1] }
    package var width: Int { shape[2] }
    package var channelCount: Int { shape[3] }
    package var byteCount: Int { shape.elementCount * elementType.byteCount }

    /// For integers: 256 stored bytes for each channel.
    let bytes: [UInt8]
    /// For float32: 256 values for each channel.
    let floats: [Float]
    /// What must be done to the levels of 8-bit inputs.
    let step: Step

    enum Step: Sendable, Hashable {
        /// Nothing: levels are stored as they are.
        case none
        /// The upper bit is flipped: level - 128 as int8.
        case flipSign
        /// One table for all channels.
        case lookUp
        /// A table for each channel.
        case lookUpByChannel
    }

    /// - Parameters:
    ///   - quantization: The input's; only needed for integers with an affine normalisation.
    /// - Throws: `unsupportedInput`, `unusableNormalization`, `unusableQuantization`.
    package init(
        shape: Shape, elementType: ElementType, quantization: Quantization? = nil, normalization: Normalization = .raw, fit: Fit = .stretch
    ) throws(ImagingError) {
        guard shape.rank == 4, shape[0] == 1, shape[3] == 1 || shape[3] == 3, shape[1] <= Picture.maximumExtent,
            shape[2] <= Picture.maximumExtent, [.uint8, .int8, .float32].contains(elementType)
        else { throw .unsupportedInput(shape, elementType) }
        self.shape = shape
        self.elementType = elementType
        self.fit = fit

        let maps = try Self.affineMaps(normalization, channelCount: shape[3])
        if elementType == .float32 {
            floats = maps.flatMap { map in (0...255).map { Float((Double($0) - map.mean) / map.std) } }
            bytes = []
            step = maps.count == 1 ? .lookUp : .lookUpByChannel
            return
        }
        floats = []
        var tables: [[UInt8]] = []
        if normalization == .raw {
            tables = [Self.identity(elementType)]
        } else {
            guard let quantization, !quantization.isPerAxis else { throw .unusableQuantization }
            tables = maps.map { Self.table($0, quantization, elementType) }
        }
        let first = tables[0]
        if tables.allSatisfy({ $0 == first }) {
            bytes = first
            step = first == Self.identity(.uint8) ? .none : first == Self.identity(.int8) ? .flipSign : .lookUp
        } else {
            bytes = tables.flatMap(\.self)
            step = .lookUpByChannel
        }
    }

    private struct AffineMap: Hashable {
        let mean: Double
        let std: Double
    }

    /// One map, or one for each channel when they differ.
    private static func affineMaps(_ normalization: Normalization, channelCount: Int) throws(ImagingError) -> [AffineMap] {
        guard case .affine(let means, let stds) = normalization else { return [AffineMap(mean: 0, std: 1)] }
        guard [1, channelCount].contains(means.count), [1, channelCount].contains(stds.count),
            means.allSatisfy(\.isFinite), stds.allSatisfy({ $0.isFinite && $0 != 0 })
        else { throw .unusableNormalization }
        let maps = (0..<channelCount).map { AffineMap(mean: means[means.count == 1 ? 0 : $0], std: stds[stds.count == 1 ? 0 : $0]) }
        return Set(maps).count == 1 ? [maps[0]] : maps
    }

    private static func identity(_ type: ElementType) -> [UInt8] {
        (0...255).map { type == .int8 ? $0 ^ 0x80 : $0 }
    }

    /// The stored byte of each level.
    ///
    /// A map whose exact value is never more than half a step from the level itself (as for (level - 127.5) / 127.5 with scale 1/127.5) is
    /// taken to be the identity: rounding it would send neighbouring levels up and down by the sign of 1e-8.
    private static func table(_ map: AffineMap, _ quantization: Quantization, _ type: ElementType) -> [UInt8] {
        let offset: Double = type == .int8 ? 128 : 0
        let range: ClosedRange<Double> = type == .int8 ? -128...127 : 0...255
        // Scales are Float: dividing by them in Double keeps what the model's file says.
        let reals = (0...255).map { (Double($0) - map.mean) / map.std / Double(quantization.scale) }
        let zeroPoint = Double(quantization.zeroPoint)
        let isIdentity = reals.enumerated().allSatisfy { level, real in
            abs(min(max(real + zeroPoint, range.lowerBound), range.upperBound) - (Double(level) - offset)) <= 0.5 + 1.0 / 1024
        }
        if isIdentity { return identity(type) }
        return reals.map { real in
            let stored = min(max(real.rounded(.toNearestOrAwayFromZero) + zeroPoint, range.lowerBound), range.upperBound)
            return UInt8(truncatingIfNeeded: Int(stored))
        }
    }
}
