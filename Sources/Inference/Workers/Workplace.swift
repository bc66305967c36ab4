import Synchronization
import Tensors
import Threads

/// What the threads of one runner share: the plan, the working memory, and who computes which parts of the current layer.
///
/// Worker 0 is the runner's own thread. It hands out a layer, computes parts as the others do, and waits until all parts are done: only
/// then does anybody touch another layer. Each worker begins with a share of its own, the same part of every layer so that it finds in
/// its cache what it wrote before, and then helps the others. A worker that sleeps, or whose CPU the system took away, holds up nobody but for
/// the parts that it is computing just then.
///
/// Sound because claims are (see `Share`): between two runs, and in layers that are not split, all shares are empty, and workers touch
/// neither the arena nor the plan's layers.
final class Workplace: Sendable {
    let plan: Plan
    let arena: Arena
    private let partCounts: [Int]
    /// Shares are cut for all workers of the plan, whoever comes: the others take what an absent one leaves.
    private let workerCount: Int
    private let shares = InlineArray<16, Share> { _ in Share() }
    /// Parts of the current layer that are done.
    private let doneCount = Atomic<Int>(0)
    private let padding = InlineArray<15, UInt64>(repeating: 0)
    /// Whether a run is under way, so that there is soon more to do.
    private let isRunning = Atomic(false)
    /// Whether the crew is to go home.
    private let isClosed = Atomic(false)
    /// Workers that sleep, or are about to and will look at their share once more.
    private let sleeperCount = Atomic<Int>(0)
    /// Counts the calls that wake them.
    private let calls = Monitor<UInt64>(0)

    /// How long a worker stays awake for the next layer of a run that is under way.
    private static let wakeNanoseconds: Int64 = 1_000_000

    init(_ plan: Plan) {
        self.plan = plan
        arena = Arena(byteCount: plan.arenaByteCount)
        partCounts = plan.layers.all.indices.map { plan.layers.split(at: $0)?.partCount ?? 0 }
        workerCount = plan.threadCount
    }

    /// Worker 0 is about to hand out layers.
    func beginRun() { isRunning.store(true, ordering: .relaxed) }

    func endRun() { isRunning.store(false, ordering: .relaxed) }

    /// Computes a layer with all workers.
    func run(layer: Int) {
        let partCount = partCounts[layer]
        // All claims of the last layer are done, so nobody adds to this any more.
        doneCount.store(0, ordering: .relaxed)
        for worker in 0..<workerCount {
            shares[worker].publish(layer: layer, first: start(of: worker, layer))
        }
        wakeSleepers()
        computeOpenParts(as: 0)
        var patience = Patience()
        while doneCount.load(ordering: .acquiring) < partCount { patience.wait() }
    }

    /// Sends the crew home.
    func close() {
        isClosed.store(true, ordering: .sequentiallyConsistent)
        calls.update { $0 += 1 }
    }

    private func wakeSleepers() {
        // Pairs with the fence in sleep(): either the sleeper is counted here, or it sees its share.
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if sleeperCount.load(ordering: .relaxed) > 0 { calls.update { $0 += 1 } }
    }

    /// All that a thread of the crew does.
    func work(as worker: Int) {
        while !isClosed.load(ordering: .acquiring) {
            var patience = Patience()
            while !hasWork(worker) && !isClosed.load(ordering: .relaxed) {
                let limit = isRunning.load(ordering: .relaxed) ? Self.wakeNanoseconds : Patience.spinningNanoseconds
                if patience.nanoseconds < limit {
                    patience.wait()
                } else {
                    sleep(worker)
                    patience = Patience()
                }
            }
            computeOpenParts(as: worker)
        }
    }

    /// Until the next layer is handed out, or the workplace closes.
    private func sleep(_ worker: Int) {
        let last = calls.read { $0 }
        sleeperCount.wrappingAdd(1, ordering: .relaxed)
        atomicMemoryFence(ordering: .sequentiallyConsistent)
        if !hasWork(worker) && !isClosed.load(ordering: .relaxed) {
            // When the time is over it looks again, which nobody notices.
            _ = calls.wait(atMost: .seconds(60)) { $0 == last ? nil : true }
        }
        sleeperCount.wrappingSubtract(1, ordering: .relaxed)
    }

    private func hasWork(_ worker: Int) -> Bool { shares[worker].isOpen { start(of: worker + 1, $0) } }

    /// The worker's own parts first, then those that others have not begun.
    private func computeOpenParts(as worker: Int) {
        for turn in 0..<workerCount {
            let owner = (worker + turn) % workerCount
            while let (layer, parts) = shares[owner].claim({ start(of: owner + 1, $0) }) {
                plan.layers.split(at: layer)?.run(arena, parts: parts, worker: worker)
                doneCount.wrappingAdd(parts.count, ordering: .releasing)
            }
        }
    }

    /// Where a worker's share of a layer starts, and that of the worker before it ends.
    private func start(of worker: Int, _ layer: Int) -> Int { partCounts[layer] * worker / workerCount }
}
