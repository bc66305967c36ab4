/// How a pixel's level 0...255 becomes the real number that a model was trained with.
package enum Normalization: Sendable, Hashable {
    /// The level itself, whatever scale and zero point the input has: uint8 as it is, int8 less 128, float32 as 0.0...255.0. What image
    /// models with integer inputs expect when they say nothing else.
    case raw
    /// real = (level - mean) / std; one number for all channels, or one for each. Integers are then round(real / scale) + zero point,
    /// ties away from zero, clamped.
    case affine(mean: [Double], std: [Double])

    /// -1...1.
    package static let signedUnit = Normalization.affine(mean: [127.5], std: [127.5])
    /// 0...1.
    package static let unit = Normalization.affine(mean: [0], std: [255])
}

/// How a region is fitted into an input of another shape.
package enum Fit: Sendable, Hashable {
    /// Width and height change independently.
    case stretch
    /// The shape is kept, centred, and the rest filled with a grey level (before normalisation; 114 and 128 are usual).
    case letterbox(fill: UInt8)
}
