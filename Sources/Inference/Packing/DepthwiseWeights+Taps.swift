/// Weights in the order of the file, as planes of bytes.
extension DepthwiseWeights {
    /// Corresponds to PK_DEPTHWISE_TRIPLES.
    static let triples: UInt8 = 0x80

    /// - Parameter values: [KH,KW,C].
    /// - Returns: the planes that any channel needs, [planes,KH,KW,C] in -127...127, and what each block of 16 channels needs of them.
    static func taps(_ values: borrowing Span<Int16>, kernelWidth: Int, channels: Int) -> (bytes: [Int8], planes: [UInt8]) {
        var planes = [UInt8](repeating: 1, count: (channels + 15) / 16)
        for index in 0..<values.count {
            let needed = UInt8(max(1, (Int(values[index].magnitude) + 126) / 127))
            let block = index % channels / 16
            if needed > planes[block] { planes[block] = needed }
        }
        let planeCount = Int(planes.max() ?? 1)
        var bytes = [Int8](repeating: 0, count: planeCount * values.count)
        for index in 0..<values.count {
            var rest = values[index]
            var place = index
            while rest != 0 {
                let part = max(-127, min(127, rest))
                bytes[place] = Int8(part)
                rest -= part
                place += values.count
            }
        }
        for block in planes.indices where fitsTriples(bytes.span, kernelWidth: kernelWidth, channels: channels, block: block) {
            planes[block] |= triples
        }
        return (bytes, planes)
    }

    /// Whether any three neighbours in a line of the kernel have magnitudes of at most 255 together: times 128 that is within int16.
    private static func fitsTriples(_ bytes: borrowing Span<Int8>, kernelWidth: Int, channels: Int, block: Int) -> Bool {
        for line in 0..<bytes.count / (kernelWidth * channels) {
            for x in 0..<max(0, kernelWidth - 2) {
                let first = (line * kernelWidth + x) * channels
                for channel in block * 16..<min(channels, block * 16 + 16) {
                    let sum = (0..<3).reduce(0) { $0 + Int(bytes[first + $1 * channels + channel].magnitude) }
                    if sum > 255 { return false }
                }
            }
        }
        return true
    }
}
