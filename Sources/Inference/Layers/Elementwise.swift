import FixedPoint
import ModelGraph
import Tensors

/// ADD, SUB, MUL, DIV, FLOOR_DIV, MAXIMUM and MINIMUM of two inputs.
///
/// May run in place of an input that is not broadcast.
struct PreparedElementwise: SplitLayer {
    enum Operation: Sendable {
        case quantizedSum(QuantizedSum)
        case quantizedProduct(QuantizedProduct)
        case quantizedQuotient(QuantizedQuotient)
        /// On the stored values of any type, `maximum` and `minimum` only.
        case extremum(Elementwise, ElementType)
        case int32(Elementwise, lower: Int32, upper: Int32)
        case float32(Elementwise, FloatRange)
    }

    let operation: Operation
    let broadcast: Broadcast
    let first: Region
    let second: Region
    let output: Region

    /// Steps of the outermost axis, cut into parts.
    private var steps: ElementParts {
        ElementParts(count: broadcast.axes[0].extent, partSize: ElementParts.scalarPartSize / max(broadcast.innerCount, 1))
    }

    var partCount: Int { steps.partCount }

    func run(_ arena: borrowing Arena, parts: Range<Int>, worker: Int) {
        let broadcast = broadcast.part(steps.elements(of: parts))
        switch operation {
        case .quantizedSum(let sum):
            var target = arena.mutableSpan(output, of: UInt8.self)
            ElementwiseReference.add(sum, broadcast, arena.span(first), arena.span(second), to: &target)
        case .quantizedProduct(let product):
            var target = arena.mutableSpan(output, of: UInt8.self)
            ElementwiseReference.multiply(product, broadcast, arena.span(first), arena.span(second), to: &target)
        case .quantizedQuotient(let quotient):
            var target = arena.mutableSpan(output, of: UInt8.self)
            ElementwiseReference.divide(quotient, broadcast, arena.span(first), arena.span(second), to: &target)
        case .extremum(let operation, .uint8): runExtremum(operation, broadcast, arena, UInt8.self)
        case .extremum(let operation, .int8): runExtremum(operation, broadcast, arena, Int8.self)
        case .extremum(let operation, .int32): runExtremum(operation, broadcast, arena, Int32.self)
        case .extremum(let operation, _): runExtremum(operation, broadcast, arena, Float.self)
        case .int32(let operation, let lower, let upper):
            var target = arena.mutableSpan(output, of: Int32.self)
            ElementwiseReference.int32(
                operation, lower: lower, upper: upper, broadcast, arena.span(first), arena.span(second), to: &target)
        case .float32(let operation, let range):
            var target = arena.mutableSpan(output, of: Float.self)
            ElementwiseReference.float32(operation, range, broadcast, arena.span(first), arena.span(second), to: &target)
        }
    }

    @inline(__always)
    private func runExtremum<T: Comparable & BitwiseCopyable>(
        _ operation: Elementwise, _ broadcast: Broadcast, _ arena: borrowing Arena, _ type: T.Type
    ) {
        var target = arena.mutableSpan(output, of: T.self)
        ElementwiseReference.extremum(operation, broadcast, arena.span(first), arena.span(second), to: &target)
    }
}

extension Preparation {
    /// Inputs a and b of one element type that broadcast to the output.
    ///
    /// - 8-bit: add, subtract, multiply and divide are quantised; maximum and minimum compare stored values, as the reference does.
    ///   With a constant of one element the whole layer becomes a table.
    /// - int32: wraps around; x / 0 is 0 (the reference refuses to run).
    /// - float32: the activation's clamp also turns infinities into the largest finite number.
    mutating func prepareElementwise(_ operation: Elementwise, activation: Activation) throws(InferenceError) -> any PreparedLayer {
        let (a, b, y) = (try input(0), try input(1), try output())
        try requireSameType(a, b)
        try requireSameType(a, y)
        guard let broadcast = Broadcast(a.shape, b.shape, to: y.shape) else {
            throw unsupported("\(operation.rawValue) of \(a.shape) and \(b.shape) to \(y.shape)")
        }
        let prepared = PreparedElementwise(
            operation: try elementwiseOperation(operation, activation, a, b, y), broadcast: broadcast, first: try inputRegion(0),
            second: try inputRegion(1), output: try outputRegion())
        if let table = try lookup(for: prepared, a, b, y) { return table }
        if tier != .reference, let pairs = pairs(for: prepared) { return pairs }
        return prepared
    }

    private func elementwiseOperation(
        _ operation: Elementwise, _ activation: Activation, _ a: Graph.Tensor, _ b: Graph.Tensor, _ y: Graph.Tensor
    ) throws(InferenceError) -> PreparedElementwise.Operation {
        switch (operation, y.elementType) {
        case (.maximum, .uint8), (.minimum, .uint8), (.maximum, .int8), (.minimum, .int8), (.maximum, .int32), (.minimum, .int32),
            (.maximum, .float32), (.minimum, .float32):
            guard activation == .none else { break }
            return .extremum(operation, y.elementType)
        case (.add, .uint8), (.add, .int8), (.subtract, .uint8), (.subtract, .int8):
            return .quantizedSum(try quantizedSum(a, b, y, subtracts: operation == .subtract, activation))
        case (.multiply, .uint8), (.multiply, .int8): return .quantizedProduct(try quantizedProduct(a, b, y, activation))
        case (.divide, .uint8), (.divide, .int8): return .quantizedQuotient(try quantizedQuotient(a, b, y, activation))
        case (_, .int32):
            let (lower, upper): (Int32, Int32) =
                switch activation {
                case .none: (.min, .max)
                case .relu: (0, .max)
                case .relu6: (0, 6)
                case .reluN1To1: (-1, 1)
                }
            return .int32(operation, lower: lower, upper: upper)
        case (_, .float32): return .float32(operation, FloatRange(activation))
        default: break
        }
        throw unsupported("\(operation.rawValue) of \(y.elementType) with activation \(activation.rawValue)")
    }

    /// The same layer as a table when one input is a known scalar and the other has the output's shape.
    private func lookup(
        for prepared: PreparedElementwise, _ a: Graph.Tensor, _ b: Graph.Tensor, _ y: Graph.Tensor
    ) throws(InferenceError) -> PreparedLookup? {
        guard y.elementType.eightBitRange != nil else { return nil }
        let scalarIsSecond = b.shape.elementCount == 1
        let scalar = scalarIsSecond ? b : a
        guard let constant = scalar.constant?.first, scalar.shape.elementCount == 1, let single = Broadcast.single else { return nil }
        var entries: [UInt8] = []
        for bits in UInt8.min...UInt8.max {
            let (first, second) = scalarIsSecond ? ([bits], [constant]) : ([constant], [bits])
            var result: [UInt8] = [0]
            switch prepared.operation {
            case .quantizedSum(let sum):
                var target = result.mutableSpan
                ElementwiseReference.add(sum, single, first.span, second.span, to: &target)
            case .quantizedProduct(let product):
                var target = result.mutableSpan
                ElementwiseReference.multiply(product, single, first.span, second.span, to: &target)
            case .quantizedQuotient(let quotient):
                var target = result.mutableSpan
                ElementwiseReference.divide(quotient, single, first.span, second.span, to: &target)
            case .extremum, .int32, .float32: return nil
            }
            entries.append(result[0])
        }
        return PreparedLookup(
            table: LookupTable(entries: entries), kernels: fastKernels, input: scalarIsSecond ? prepared.first : prepared.second,
            output: prepared.output,
            count: y.shape.elementCount)
    }
}

extension Broadcast {
    /// One element with one element.
    static let single: Broadcast? = Shape([]).flatMap { Broadcast($0, $0, to: $0) }
}
