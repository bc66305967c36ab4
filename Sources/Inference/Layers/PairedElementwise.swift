import Tensors

/// ADD, SUB and MUL of 8-bit tensors by kernels, in a form that was proven to equal the norm, or as the norm computes.
///
/// May run in place of an input that is not broadcast.
struct PreparedPairedElementwise: SplitLayer {
    enum Operation: Sendable {
        case sum(LinearSum)
        case product(FloatProduct)
        /// Sums without a linear form.
        case terms(TermSum)
    }

    let operation: Operation
    let kernels: Kernels
    /// All but the axes of the pairing, outermost first.
    let outerAxes: ArraySlice<Broadcast.Axis>
    let pairing: Pairing
    let first: Region
    let second: Region
    let output: Region
    /// The second input many times over, when it is a short vector that all rows share.
    let pattern: WorkerScratch?

    /// Rows of the pairing, or elements of a single row, cut into parts; pairings under outer axes are one part.
    private var pieces: ElementParts {
        if !outerAxes.isEmpty { return ElementParts(count: 1, partSize: 1) }
        if pairing.rowCount == 1 { return ElementParts(count: pairing.count, partSize: ElementParts.kernelPartSize) }
        return ElementParts(count: pairing.rowCount, partSize: ElementParts.kernelPartSize / pairing.count)
    }

    var partCount: Int { pieces.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        var target = arena.mutableSpan(output, of: UInt8.self)
        guard outerAxes.isEmpty else {
            var offsets = PairingOffsets()
            runOuter(arena, outerAxes, &offsets, &target)
            return
        }
        let range = pieces.elements(of: parts)
        var part = pairing
        if pairing.rowCount == 1 {
            part.count = range.count
            let offsets = PairingOffsets(
                first: range.lowerBound, second: pairing.secondIsSingle ? 0 : range.lowerBound, output: range.lowerBound)
            compute(part, arena.span(first), arena.span(second), &target, offsets)
            return
        }
        part.rowCount = range.count
        if let pattern {
            runRepeating(arena, part, from: range.lowerBound, pattern.region(of: worker), &target)
        } else {
            let offsets = PairingOffsets(
                first: range.lowerBound * pairing.firstStep, second: range.lowerBound * pairing.secondStep,
                output: range.lowerBound * pairing.count)
            compute(part, arena.span(first), arena.span(second), &target, offsets)
        }
    }

    private func runOuter(
        _ arena: borrowing Arena, _ axes: ArraySlice<Broadcast.Axis>, _ offsets: inout PairingOffsets, _ target: inout MutableSpan<UInt8>
    ) {
        guard let axis = axes.first else {
            compute(pairing, arena.span(first), arena.span(second), &target, offsets)
            offsets.output += pairing.rowCount * pairing.count
            return
        }
        let (first, second) = (offsets.first, offsets.second)
        for index in 0..<axis.extent {
            offsets.first = first + index * axis.firstStep
            offsets.second = second + index * axis.secondStep
            runOuter(arena, axes.dropFirst(), &offsets, &target)
        }
    }

    /// Several rows at a time, against the pattern.
    private func runRepeating(
        _ arena: borrowing Arena, _ pairing: Pairing, from row: Int, _ pattern: Region, _ target: inout MutableSpan<UInt8>
    ) {
        let (vector, count) = (arena.span(second, of: UInt8.self), pairing.count)
        var repeated = arena.mutableSpan(pattern, of: UInt8.self)
        let times = pattern.byteCount / count
        for start in 0..<times {
            for index in 0..<count { repeated[start * count + index] = vector[index] }
        }
        let (full, rest) = (pairing.rowCount / times, pairing.rowCount % times)
        func long(_ rowCount: Int, _ times: Int) -> Pairing {
            Pairing(rowCount: rowCount, count: times * count, firstStep: times * count, secondStep: 0, secondIsSingle: false)
        }
        let begin = row * count
        if full > 0 {
            compute(long(full, times), arena.span(first), repeated.span, &target, PairingOffsets(first: begin, second: 0, output: begin))
        }
        let done = begin + full * times * count
        if rest > 0 {
            compute(long(1, rest), arena.span(first), repeated.span, &target, PairingOffsets(first: done, second: 0, output: done))
        }
    }

    @inline(__always)
    @_lifetime(target: copy target)
    private func compute(
        _ pairing: Pairing, _ first: Span<UInt8>, _ second: Span<UInt8>, _ target: inout MutableSpan<UInt8>, _ offsets: PairingOffsets
    ) {
        switch operation {
        case .sum(let sum): kernels.linearSum(sum, pairing, first, second, out: &target, at: offsets)
        case .product(let product): kernels.floatProduct(product, pairing, first, second, out: &target, at: offsets)
        case .terms(let sum): kernels.termSum(sum, pairing, first, second, out: &target, at: offsets)
        }
    }
}

extension Preparation {
    /// The same layer by kernels; nil when it has no proven form.
    mutating func pairs(for layer: PreparedElementwise) -> PreparedPairedElementwise? {
        var axes = layer.broadcast.axes
        guard let inner = axes.popLast() else { return nil }
        let operation: PreparedPairedElementwise.Operation
        // The kernels repeat an element of the second input, or rows of either.
        var isExchanged = inner.firstStep == 0
        let row = axes.last
        let isShort = axes.count == 1 && inner.extent < Self.shortVector && inner.firstStep == 1 && inner.secondStep == 1
        if isShort, row?.firstStep == 0 { isExchanged = true }
        switch layer.operation {
        case .quantizedSum(let sum):
            if let form = LinearSum(sum, kernels: kernels) {
                operation = .sum(isExchanged ? form.exchanged : form)
            } else if let terms = TermSum(sum) {
                operation = .terms(isExchanged ? terms.exchanged : terms)
            } else {
                return nil
            }
        case .quantizedProduct(let product):
            guard let form = FloatProduct(product) else { return nil }
            operation = .product(isExchanged ? form.exchanged : form)
        case .quantizedQuotient, .extremum, .int32, .float32: return nil
        }
        if isExchanged {
            axes = axes.map { Broadcast.Axis(extent: $0.extent, firstStep: $0.secondStep, secondStep: $0.firstStep) }
        }
        let outer = axes.popLast()
        let pairing = Pairing(
            rowCount: outer?.extent ?? 1, count: inner.extent, firstStep: outer?.firstStep ?? 0, secondStep: outer?.secondStep ?? 0,
            secondIsSingle: isExchanged ? inner.firstStep == 0 : inner.secondStep == 0)
        var pattern: WorkerScratch?
        if isShort, pairing.secondStep == 0, pairing.firstStep == pairing.count {
            pattern = workerScratch(byteCount: Self.patternByteCount / pairing.count * pairing.count)
        }
        return PreparedPairedElementwise(
            operation: operation, kernels: kernels, outerAxes: axes[...], pairing: pairing, first: isExchanged ? layer.second : layer.first,
            second: isExchanged ? layer.first : layer.second, output: layer.output, pattern: pattern)
    }

    /// Vectors below this many elements are repeated in scratch memory, so that kernels see long rows.
    private static let shortVector = 64
    private static let patternByteCount = 1024
}
