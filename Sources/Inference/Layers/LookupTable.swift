import Tensors

/// A function of one 8-bit value to another as a table of all 256 cases, indexed by the bits of the input.
struct LookupTable: Sendable {
    /// Always 256 entries.
    let entries: [UInt8]

    init(entries: [UInt8]) {
        precondition(entries.count == 256)
        self.entries = entries
    }

    /// Nil unless both types are 8-bit integers. `function` maps stored values; its result must lie in the range of the output type.
    init?(from input: ElementType, to output: ElementType, _ function: (Int32) -> Int32) {
        guard input.eightBitRange != nil, output.eightBitRange != nil else { return nil }
        entries = (0..<256).map { bits in
            let stored = input == .int8 ? Int32(Int8(truncatingIfNeeded: bits)) : Int32(bits)
            return UInt8(truncatingIfNeeded: function(stored))
        }
    }

    /// Whether every byte stays what it is.
    var isIdentity: Bool { entries.indices.allSatisfy { entries[$0] == UInt8($0) } }

    /// The table of `next` applied to this one's results.
    func followed(by next: LookupTable) -> LookupTable { LookupTable(entries: entries.map { next.entries[Int($0)] }) }

    /// The same function of bytes whose sign bit is flipped, on either side.
    func forBytes(flippingInput: Bool, output: Bool) -> LookupTable {
        let (index, result): (Int, UInt8) = (flippingInput ? 0x80 : 0, output ? 0x80 : 0)
        return LookupTable(entries: (0..<256).map { entries[$0 ^ index] ^ result })
    }

    /// The table of a function of two bytes of which the first is the input and the second this table's result, such as the product of a
    /// tensor and its own logistic.
    func combined(_ function: (_ input: UInt8, _ result: UInt8) -> UInt8) -> LookupTable {
        LookupTable(entries: (0..<256).map { function(UInt8($0), entries[$0]) })
    }
}

/// Any layer that maps each 8-bit element by itself: the table was filled by the layer's reference function.
/// May run in place.
struct PreparedLookup: SplitLayer {
    let table: LookupTable
    /// Nil on the reference tier.
    let kernels: Kernels?
    let input: Region
    let output: Region
    let count: Int

    private var elements: ElementParts { ElementParts(count: count, partSize: ElementParts.kernelPartSize) }

    var partCount: Int { elements.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let range = elements.elements(of: parts)
        let x = arena.span(input.elements(range, byteCount: 1), of: UInt8.self)
        var target = arena.mutableSpan(output.elements(range, byteCount: 1), of: UInt8.self)
        if let kernels {
            kernels.lookUp(x, in: table, count: range.count, out: &target, outputOffset: 0)
            return
        }
        LookupReference.lookUp(x, in: table.entries.span, into: &target, count: range.count)
    }
}
