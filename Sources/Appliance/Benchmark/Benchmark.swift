import Frames
package import Inference
package import Models
import Tensors
import Threads

/// Times a model on this machine: from the file to the first result, then run after run, then each layer.
package struct Benchmark: Sendable {
    package enum Extent: Sendable, Hashable {
        /// Runs for so long, five at least, after some that do not count.
        case duration(Duration)
        /// The first so many runs. With 1, time and memory are those of a program that starts, computes once and ends.
        case runs(Int)
    }

    package let path: String
    package let tier: Tier
    package let threadCount: Int
    package let extent: Extent
    /// Whether to time each layer as well, which takes as long again.
    package let timesLayers: Bool

    package init(path: String, tier: Tier = .best, threadCount: Int = 1, extent: Extent, timesLayers: Bool = false) {
        self.path = path
        self.tier = tier
        self.threadCount = threadCount
        self.extent = extent
        self.timesLayers = timesLayers
    }

    /// - Parameter onProgress: called now and then with the number of runs so far.
    package func run(onProgress: (Int) -> Void = { _ in }) throws(ModelError) -> BenchmarkResult {
        let before = ProcessMemory.current
        let start = SystemClock.monotonicNanoseconds
        let model = try PlannedModel(path: path, tier: tier, threadCount: threadCount)
        let plan = model.plan
        var runner = Runner(plan)
        let planned = SystemClock.monotonicNanoseconds
        let inputs = InputBytes(plan)
        inputs.fill(&runner)
        let first = Self.time(&runner)
        var times: [Int64] = []
        switch extent {
        case .runs(let count):
            times = [first]
            while times.count < count { times.append(Self.time(&runner, inputs)) }
        case .duration(let duration):
            for _ in 0..<2 { _ = Self.time(&runner, inputs) }
            let end = SystemClock.monotonicNanoseconds + duration.wholeNanoseconds
            while SystemClock.monotonicNanoseconds < end || times.count < 5 {
                times.append(Self.time(&runner, inputs))
                if times.count % 64 == 0 { onProgress(times.count) }
            }
        }
        // Before anything that is no part of running a model.
        let after = ProcessMemory.current
        let peaks = PeakRate.measure(plan.tier)
        return BenchmarkResult(
            model: path, tier: plan.tier, threadCount: plan.threadCount, multiplyAccumulateCount: plan.multiplyAccumulateCount,
            times: times.map(Self.milliseconds), planTime: Self.milliseconds(planned - start), firstRunTime: Self.milliseconds(first),
            arenaByteCount: plan.arenaByteCount, packedByteCount: plan.packedByteCount, memoryBefore: before, memoryAfter: after,
            peaks: peaks, layers: timesLayers ? timeLayers(&runner, inputs, onProgress) : [])
    }

    /// The shortest time of each layer.
    private func timeLayers(_ runner: inout Runner, _ inputs: InputBytes, _ onProgress: (Int) -> Void) -> [LayerTime] {
        let outlines = runner.plan.layerOutlines
        var shortest = [Int64](repeating: .max, count: outlines.count)
        var runCount = 0
        let start = SystemClock.monotonicNanoseconds
        func isDone() -> Bool {
            switch extent {
            case .runs(let count): runCount >= count
            case .duration(let duration):
                runCount >= 5 && SystemClock.monotonicNanoseconds - start >= duration.wholeNanoseconds
            }
        }
        repeat {
            inputs.fill(&runner)
            var last = SystemClock.monotonicNanoseconds
            runner.run { layer in
                let now = SystemClock.monotonicNanoseconds
                shortest[layer] = min(shortest[layer], now - last)
                last = SystemClock.monotonicNanoseconds
            }
            runCount += 1
            if runCount % 64 == 0 { onProgress(runCount) }
        } while !isDone()
        return zip(outlines, shortest).enumerated().map { index, layer in
            LayerTime(index: index, outline: layer.0, milliseconds: Self.milliseconds(layer.1))
        }
    }

    private static func time(_ runner: inout Runner, _ inputs: InputBytes? = nil) -> Int64 {
        inputs?.fill(&runner)
        let start = SystemClock.monotonicNanoseconds
        runner.run()
        return SystemClock.monotonicNanoseconds - start
    }

    private static func milliseconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e6 }
}

/// Bytes for the inputs of a model, the same in each run and on each machine. Runs may overwrite their inputs, and what detections cost
/// depends on what is seen.
private struct InputBytes {
    private let bytes: [[UInt8]]

    init(_ plan: Plan) {
        var random = UInt32(1)
        bytes = plan.inputs.map { input in
            // Floats stay zero: random bits are no numbers that a model knows.
            guard input.elementType.byteCount == 1 else { return [UInt8](repeating: 0, count: input.region.byteCount) }
            return (0..<input.region.byteCount).map { _ in
                // A linear congruential generator (Numerical Recipes): any bytes do.
                random = random.multipliedReportingOverflow(by: 1_664_525).partialValue.addingReportingOverflow(1_013_904_223).partialValue
                return UInt8(truncatingIfNeeded: random >> 24)
            }
        }
    }

    func fill(_ runner: inout Runner) {
        for (index, bytes) in bytes.enumerated() {
            runner.withMutableInput(index) { target in
                for position in bytes.indices { target[position] = bytes[position] }
            }
        }
    }
}
