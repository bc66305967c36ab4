import Inference

extension BenchmarkResult {
    /// The figures for people, a name of at most seven letters and a text each.
    package var facts: [(name: String, text: String)] {
        func milliseconds(_ value: Double) -> String { Wording.number(value, decimals: 3) + " ms" }
        func bytes(_ count: Int) -> String { Wording.bytes(Int64(count)) }
        var facts: [(name: String, text: String)] = [
            ("time", "min \(milliseconds(minimum))   median \(milliseconds(median))   p99 \(milliseconds(percentile99))")
        ]
        var speed = "\(Wording.number(rate, decimals: 1)) GMAC/s"
        if let peakRate, let peak, let percent = percentOfPeak(rate) {
            let cores = threadCount > 1 ? " on \(threadCount) cores" : ""
            speed += ", \(Wording.number(percent, decimals: 0)) % of the peak of \(Wording.number(peakRate, decimals: 1))"
            speed += " (\(peak.scheme)\(cores))"
        }
        facts.append(("speed", speed))
        let parts = "load \(milliseconds(planTime)), first run \(milliseconds(firstRunTime))"
        facts.append(("start", "\(milliseconds(loadTime)) from file to first result: \(parts)"))
        var memory = "\(bytes(arenaByteCount)) activations, \(bytes(packedByteCount)) packed weights"
        if let memoryAfter {
            memory += "; process \(bytes(memoryAfter.peakByteCount)) at its peak"
            if let memoryBefore { memory += ", \(bytes(memoryBefore.residentByteCount)) before the model" }
        }
        facts.append(("memory", memory))
        return facts
    }
}
