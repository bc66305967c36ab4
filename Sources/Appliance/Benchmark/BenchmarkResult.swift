package import Inference
import Tensors

/// What a benchmark found. Times are in milliseconds, rates in billions of multiply-accumulates a second.
package struct BenchmarkResult: Sendable {
    package let model: String
    package let tier: Tier
    package let threadCount: Int
    package let multiplyAccumulateCount: Int
    package let runCount: Int
    package let minimum: Double
    package let median: Double
    package let percentile99: Double
    /// From opening the file until the model could run.
    package let planTime: Double
    package let firstRunTime: Double
    package let arenaByteCount: Int
    package let packedByteCount: Int
    /// Before the file was opened; nil on a system that does not say.
    package let memoryBefore: ProcessMemory?
    /// After the last run.
    package let memoryAfter: ProcessMemory?
    /// What one core can do at best, by the tier's ways of multiplying; empty for the reference tier.
    package let peaks: [PeakRate]
    /// In the order of the plan; empty when layers were not timed.
    package private(set) var layers: [LayerTime]

    /// - Parameter times: of the runs that count, one at least.
    package init(
        model: String, tier: Tier, threadCount: Int, multiplyAccumulateCount: Int, times: [Double], planTime: Double,
        firstRunTime: Double, arenaByteCount: Int, packedByteCount: Int, memoryBefore: ProcessMemory?, memoryAfter: ProcessMemory?,
        peaks: [PeakRate], layers: [LayerTime]
    ) {
        precondition(!times.isEmpty)
        let times = times.sorted()
        self.model = model
        self.tier = tier
        self.threadCount = threadCount
        self.multiplyAccumulateCount = multiplyAccumulateCount
        runCount = times.count
        minimum = times[0]
        median = times[times.count / 2]
        percentile99 = times[min(times.count - 1, times.count * 99 / 100)]
        self.planTime = planTime
        self.firstRunTime = firstRunTime
        self.arenaByteCount = arenaByteCount
        self.packedByteCount = packedByteCount
        self.memoryBefore = memoryBefore
        self.memoryAfter = memoryAfter
        self.peaks = peaks
        self.layers = layers
    }

    /// The same for those who asked for no layers.
    package var withoutLayers: BenchmarkResult {
        var result = self
        result.layers = []
        return result
    }

    /// From opening the file until the first run was done.
    package var loadTime: Double { planTime + firstRunTime }

    package var rate: Double { minimum > 0 ? Double(multiplyAccumulateCount) / minimum / 1e6 : 0 }

    /// The fastest of the tier's ways of multiplying.
    package var peak: PeakRate? { peaks.max { $0.multiplyAccumulatesPerSecond < $1.multiplyAccumulatesPerSecond } }

    /// What so many cores can do at best.
    package var peakRate: Double? { peak.map { $0.multiplyAccumulatesPerSecond / 1e9 * Double(threadCount) } }

    /// The sum of the layers' shortest times.
    package var layerTime: Double { layers.reduce(0) { $0 + $1.milliseconds } }

    /// A rate in percent of the peak.
    package func percentOfPeak(_ rate: Double?) -> Double? {
        guard let rate, let peakRate, peakRate > 0 else { return nil }
        return 100 * rate / peakRate
    }

    /// A layer's time in percent of all layers'.
    package func share(_ milliseconds: Double) -> Double { layerTime > 0 ? 100 * milliseconds / layerTime : 0 }
}

/// The names that programs which compare engines expect.
extension BenchmarkResult: Encodable {
    private enum Key: String, CodingKey {
        case model, tier, threads, runs, peaks, layers
        case minimum = "min_ms"
        case median = "median_ms"
        case percentile99 = "p99_ms"
        case rate = "gmac_per_s"
        case multiplyAccumulates = "mac"
        case peakRate = "peak_gmac_per_s"
        case percentOfPeak = "peak_percent"
        case scheme = "peak_scheme"
        case load = "load_ms"
        case plan = "plan_ms"
        case firstRun = "first_run_ms"
        case arenaByteCount = "arena_bytes"
        case packedByteCount = "packed_bytes"
        case peakMemory = "peak_rss_bytes"
        case memoryBefore = "rss_before_bytes"
    }

    private struct Peak: Encodable {
        let scheme: String
        let rate: Double

        enum CodingKeys: String, CodingKey {
            case scheme
            case rate = "gmac_per_s"
        }
    }

    private struct Layer: Encodable {
        let index: Int
        let kind: String
        let function: String?
        let window: String?
        let input: [Int]?
        let output: [Int]?
        let mac: Int
        let minimum: Double
        let share: Double
        let rate: Double?
        let percentOfPeak: Double?

        enum CodingKeys: String, CodingKey {
            case index, kind, function, window, input, output, mac
            case minimum = "min_ms"
            case share = "share_percent"
            case rate = "gmac_per_s"
            case percentOfPeak = "peak_percent"
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Key.self)
        try container.encode(model, forKey: .model)
        try container.encode(tier.rawValue, forKey: .tier)
        try container.encode(threadCount, forKey: .threads)
        try container.encode(runCount, forKey: .runs)
        try container.encode(minimum, forKey: .minimum)
        try container.encode(median, forKey: .median)
        try container.encode(percentile99, forKey: .percentile99)
        try container.encode(rate, forKey: .rate)
        try container.encode(multiplyAccumulateCount, forKey: .multiplyAccumulates)
        try container.encodeIfPresent(peakRate, forKey: .peakRate)
        try container.encodeIfPresent(percentOfPeak(rate), forKey: .percentOfPeak)
        try container.encodeIfPresent(peak?.scheme, forKey: .scheme)
        try container.encode(loadTime, forKey: .load)
        try container.encode(planTime, forKey: .plan)
        try container.encode(firstRunTime, forKey: .firstRun)
        try container.encode(arenaByteCount, forKey: .arenaByteCount)
        try container.encode(packedByteCount, forKey: .packedByteCount)
        try container.encodeIfPresent(memoryAfter?.peakByteCount, forKey: .peakMemory)
        try container.encodeIfPresent(memoryBefore?.residentByteCount, forKey: .memoryBefore)
        // Of one core.
        try container.encode(peaks.map { Peak(scheme: $0.scheme, rate: $0.multiplyAccumulatesPerSecond / 1e9) }, forKey: .peaks)
        guard !layers.isEmpty else { return }
        let rows = layers.map { layer in
            Layer(
                index: layer.index, kind: layer.outline.kind, function: layer.outline.function, window: layer.outline.window?.description,
                input: layer.outline.input?.extents, output: layer.outline.output?.extents, mac: layer.outline.multiplyAccumulateCount,
                minimum: layer.milliseconds, share: share(layer.milliseconds), rate: layer.rate, percentOfPeak: percentOfPeak(layer.rate))
        }
        try container.encode(rows, forKey: .layers)
    }
}
