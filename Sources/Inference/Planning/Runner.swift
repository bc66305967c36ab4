import Tensors

/// Runs a plan: owns the working memory, belongs to one thread, which `plan.threadCount - 1` threads of the runner's own help.
///
/// Fill the inputs, `run()`, read the outputs. A run may use the memory of the inputs for later activations, so fill them before every
/// run. From the third run on nothing allocates: the second begins with `Plan.refine()`, which makes it and those that follow faster.
/// Between runs the helpers sleep.
package struct Runner: ~Copyable {
    package let plan: Plan
    private let workplace: Workplace
    /// Nil for a plan of one thread.
    private let crew: Crew?
    private var hasRun = false

    /// Allocates `plan.arenaByteCount` bytes, copies the constants in, starts the threads.
    package init(_ plan: Plan) {
        self.plan = plan
        workplace = Workplace(plan)
        for (region, bytes) in plan.constants {
            workplace.arena.withMutableBytes(region) { target in
                for (index, byte) in bytes.enumerated() { target[index] = byte }
            }
        }
        crew = plan.layers.hasSplits ? Crew(workplace) : nil
    }

    /// Lends the bytes of input `index`, row-major, little-endian, to be filled.
    package mutating func withMutableInput<R, E: Error>(
        _ index: Int, _ body: (inout MutableSpan<UInt8>) throws(E) -> R
    ) throws(E) -> R {
        try workplace.arena.withMutableBytes(plan.inputs[index].region, body)
    }

    /// Lends the bytes of output `index`, row-major, little-endian, as the last run left them.
    package func withOutput<R, E: Error>(_ index: Int, _ body: (borrowing Span<UInt8>) throws(E) -> R) throws(E) -> R {
        try workplace.arena.withBytes(plan.outputs[index].region, body)
    }

    /// Computes the outputs from the inputs.
    package mutating func run() {
        run { _ in }
    }

    /// The same, calling back after each layer, for tables of time.
    package mutating func run(afterLayer body: (_ layer: Int) -> Void) {
        if hasRun { plan.refine() }
        hasRun = true
        if crew != nil { workplace.beginRun() }
        let layers = plan.layers
        for (index, layer) in layers.all.enumerated() {
            if crew != nil, layers.split(at: index) != nil { workplace.run(layer: index) } else { layer.run(workplace.arena) }
            body(index)
        }
        if crew != nil { workplace.endRun() }
    }
}
