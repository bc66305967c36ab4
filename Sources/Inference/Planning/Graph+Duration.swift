import ModelGraph

/// Guesses of time, good to a factor of three or so: to tell a layer of microseconds from one of milliseconds.
extension Graph {
    /// How long one thread takes for a layer, on a fast CPU of the tier.
    func estimatedDuration(of layer: Layer, tier: Tier) -> Duration {
        let products = multiplyAccumulateCount(of: layer)
        let isDepthwise: Bool = if case .depthwiseConvolution2D = layer.kind { true } else { false }
        // Depthwise layers use each byte that they load a few times only.
        let rate = isDepthwise ? tier.productsPerNanosecond / 4 : tier.productsPerNanosecond
        // Moving and requantising.
        let moved = Double(max(workCount(of: layer) - products, 0)) / min(tier.productsPerNanosecond, 4)
        return .nanoseconds(Int64(min(Double(products) / rate + moved, 1e15)))
    }
}

extension Tier {
    fileprivate var productsPerNanosecond: Double {
        switch self {
        case .reference: 0.5
        case .baseline: 4
        case .avx2: 40
        case .avxvnni: 80
        case .avx512vnni: 120
        case .dotprod: 40
        case .i8mm: 80
        }
    }
}
