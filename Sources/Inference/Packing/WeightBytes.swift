/// The weights of a layer as they lie in the file, a byte each: nothing is copied before it is packed.
package struct WeightBytes: Sendable {
    let bytes: ArraySlice<UInt8>
    /// Makes the bytes unsigned: 0x80 for int8.
    let flip: UInt8
    /// The zero point of the unsigned bytes.
    let zero: UInt8

    package var count: Int { bytes.count }

    /// - Parameter zero: in the file's domain.
    package init(_ bytes: ArraySlice<UInt8>, isSigned: Bool, zero: Int32) {
        self.bytes = bytes
        flip = isSigned ? 0x80 : 0
        self.zero = UInt8(truncatingIfNeeded: zero) ^ flip
    }

    /// What the byte at `index` stands for, zero point removed: -255...255.
    subscript(index: Int) -> Int16 { value(bytes[bytes.startIndex + index]) }

    /// All values.
    var values: [Int16] {
        var values = [Int16](repeating: 0, count: count)
        let source = bytes.span
        var target = values.mutableSpan
        for index in source.indices { target[index] = value(source[index]) }
        return values
    }

    private func value(_ byte: UInt8) -> Int16 { Int16(byte ^ flip) - Int16(zero) }
}
