/// Where the meaningful places of a TensorFlow Lite file lie, for `ModelMutator`.
package struct ModelAnatomy {
    /// Positions of 32-bit numbers that say something: extents, operands, options, codes, scales, zero points, small parameters.
    package private(set) var values: [Int] = []
    /// Positions of 32-bit numbers that hold the file together: offsets and lengths of vectors.
    package private(set) var links: [Int] = []
    /// Positions of single bytes: types, activations, paddings, codes, entries of vtables.
    package private(set) var small: [Int] = []
    /// Everything but the payloads of weights.
    package private(set) var structure: [Range<Int>] = []
    /// Positions of what the arithmetic is made from, for `ModelMutator.Focus.arithmetic`: all of it is also in one of the lists above, but
    /// for the payloads of weights.
    package private(set) var arithmetic = Arithmetic()

    package struct Arithmetic {
        /// Positions of scales, 32-bit floats, a list for each tensor that has some.
        package var scales: [[Int]] = []
        /// Positions of zero points, 64-bit numbers, a list for each tensor that has some.
        package var zeroPoints: [[Int]] = []
        /// Positions of extents of tensors, 32-bit numbers.
        package var extents: [Int] = []
        /// Positions of 32-bit numbers in options.
        package var options: [Int] = []
        /// Positions of single bytes in options: activations, paddings, flags.
        package var optionBytes: [Int] = []
        /// The options of custom operators.
        package var customOptions: [Range<Int>] = []
        /// The elements of constants: weights, biases, anchors, axes, paddings.
        package var payloads: [Range<Int>] = []
    }

    /// Payloads up to this length hold axes, shapes, paddings, biases of few channels: they stay in the structure.
    private static let longestParameter = 64

    private let bytes: [UInt8]

    package init(_ bytes: [UInt8]) {
        self.bytes = bytes
        structure = [0..<bytes.count]
        guard let root = target(0) else { return }
        links.append(0)
        visit(root, scalars: [0])
        for code in tables(root, 1) { visit(code, scalars: [0, 2, 3]) }
        var payloads: [Range<Int>] = []
        for buffer in tables(root, 4) {
            guard let data = vector(buffer, 0) else { continue }
            let isMetadata = data.count >= 8 && bytes[data.start + 4..<data.start + 8].elementsEqual("M001".utf8)
            if !isMetadata, data.count > 0 { arithmetic.payloads.append(data.start..<data.start + data.count) }
            if data.count > Self.longestParameter && !isMetadata {
                payloads.append(data.start..<data.start + data.count)
            } else {
                values += stride(from: data.start, to: data.start + data.count - 3, by: 4)
            }
        }
        for subgraph in tables(root, 2) {
            visit(subgraph, scalars: [])
            words(subgraph, 1)
            words(subgraph, 2)
            for tensor in tables(subgraph, 0) {
                visit(tensor, scalars: [1, 2])
                words(tensor, 0)
                arithmetic.extents += elements(tensor, 0, width: 4)
                guard let quantization = table(tensor, 4) else { continue }
                visit(quantization, scalars: [6])
                words(quantization, 2)
                words(quantization, 3)
                arithmetic.scales.append(elements(quantization, 2, width: 4))
                arithmetic.zeroPoints.append(elements(quantization, 3, width: 8))
            }
            for operation in tables(subgraph, 3) {
                visit(operation, scalars: [0, 3])
                words(operation, 1)
                words(operation, 2)
                if let options = table(operation, 4) { visitOptions(options) }
                words(operation, 5)
                if let custom = vector(operation, 5) { arithmetic.customOptions.append(custom.start..<custom.start + custom.count) }
            }
        }
        leaveOut(payloads)
    }

    private mutating func leaveOut(_ payloads: [Range<Int>]) {
        var position = 0
        var ranges: [Range<Int>] = []
        for payload in payloads.sorted(by: { $0.lowerBound < $1.lowerBound }) where payload.lowerBound >= position {
            if payload.lowerBound > position { ranges.append(position..<payload.lowerBound) }
            position = payload.upperBound
        }
        if position < bytes.count { ranges.append(position..<bytes.count) }
        structure = ranges
    }

    // MARK: The walk: every step is checked, a broken file only ends it early

    /// Notes a table's fields: its vtable's entries, and what stands at their places, whatever it means.
    /// - Parameter scalars: the fields that are numbers; all when nil.
    private mutating func visit(_ table: Int, scalars: Set<Int>? = nil) {
        guard let vtable = vtable(table) else { return }
        links.append(table)
        for entry in 0..<(vtable.count - 4) / 2 {
            let position = vtable.start + 4 + 2 * entry
            small.append(position)
            guard let offset = uint16(position), offset != 0, table + offset < bytes.count else { continue }
            let isScalar = scalars?.contains(entry) ?? true
            if isScalar { small.append(table + offset) }
            guard (table + offset) % 4 == 0 else { continue }
            if isScalar { values.append(table + offset) } else { links.append(table + offset) }
        }
    }

    private mutating func visitOptions(_ table: Int) {
        let (valueCount, smallCount) = (values.count, small.count)
        visit(table)
        arithmetic.options += values[valueCount...]
        // Entries of the vtable lie in front of the table.
        arithmetic.optionBytes += small[smallCount...].filter { $0 > table }
    }

    /// The places of up to 64 elements of a vector.
    private func elements(_ table: Int, _ id: Int, width: Int) -> [Int] {
        guard let field = field(table, id), let start = target(field), let count = uint32(start) else { return [] }
        return (0..<min(Int(count), 64)).map { start + 4 + width * $0 }.filter { $0 + width <= bytes.count }
    }

    /// Notes a vector's length and up to 64 of its words.
    private mutating func words(_ table: Int, _ id: Int) {
        guard let field = field(table, id), let start = target(field), let count = uint32(start) else { return }
        links.append(start)
        values += (0..<min(Int(count), 64)).map { start + 4 + 4 * $0 }.filter { $0 + 4 <= bytes.count }
    }

    private func tables(_ table: Int, _ id: Int) -> [Int] {
        guard let field = field(table, id), let start = target(field), let count = uint32(start) else { return [] }
        return (0..<min(Int(count), 100_000)).compactMap { target(start + 4 + 4 * $0) }
    }

    private func table(_ table: Int, _ id: Int) -> Int? { field(table, id).flatMap(target) }

    private func vector(_ table: Int, _ id: Int) -> (start: Int, count: Int)? {
        guard let field = field(table, id), let start = target(field), let count = uint32(start),
            Int(count) <= bytes.count - start - 4
        else { return nil }
        return (start + 4, Int(count))
    }

    private func field(_ table: Int, _ id: Int) -> Int? {
        guard let vtable = vtable(table), 4 + 2 * id + 2 <= vtable.count, let offset = uint16(vtable.start + 4 + 2 * id), offset != 0
        else { return nil }
        return table + offset
    }

    private func vtable(_ table: Int) -> (start: Int, count: Int)? {
        guard let back = uint32(table) else { return nil }
        let start = table - Int(Int32(bitPattern: back))
        guard let count = uint16(start), count >= 4, start + count <= bytes.count else { return nil }
        return (start, count)
    }

    private func target(_ position: Int) -> Int? {
        guard let offset = uint32(position), offset != 0, Int(offset) < bytes.count - position else { return nil }
        return position + Int(offset)
    }

    private func uint16(_ position: Int) -> Int? {
        guard position >= 0, position + 2 <= bytes.count else { return nil }
        return Int(bytes[position]) | Int(bytes[position + 1]) << 8
    }

    private func uint32(_ position: Int) -> UInt32? {
        guard position >= 0, position + 4 <= bytes.count else { return nil }
        return (0..<4).reduce(0) { $0 | UInt32(bytes[position + $1]) << UInt32(8 * $1) }
    }
}
