import Tensors

/// Runs a plan: owns the working memory, belongs to one thread.
///
/// Fill the inputs, `run()`, read the outputs. A run may use the memory of the inputs for later activations, so fill them before every
/// run. Nothing allocates after init.
package struct Runner: ~Copyable {
    package let plan: Plan
    private let arena: Arena

    /// Allocates `plan.arenaByteCount` bytes and copies the constants in.
    package init(_ plan: Plan) {
        self.plan = plan
        arena = Arena(byteCount: plan.arenaByteCount)
        for (region, bytes) in plan.constants {
            var target = arena.mutableSpan(region, of: UInt8.self)
            for (index, byte) in bytes.enumerated() { target[index] = byte }
        }
    }

    /// Lends the bytes of input `index`, row-major, little-endian, to be filled.
    package mutating func withMutableInput<R, E: Error>(
        _ index: Int, _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        var span = arena.mutableSpan(plan.inputs[index].region, of: UInt8.self)
        return try body(&span)
    }

    /// Lends the bytes of output `index`, row-major, little-endian, as the last run left them.
    package func withOutput<R, E: Error>(_ index: Int, _ body: (borrowing Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try body(arena.span(plan.outputs[index].region, of: UInt8.self))
    }

    /// Computes the outputs from the inputs.
    package mutating func run() {
        for layer in plan.layers { layer.run(arena) }
    }

    /// The same, calling back after each layer, for tables of time.
    package mutating func run(afterLayer body: (_ layer: Int) -> Void) {
        for (index, layer) in plan.layers.enumerated() {
            layer.run(arena)
            body(index)
        }
    }
}
