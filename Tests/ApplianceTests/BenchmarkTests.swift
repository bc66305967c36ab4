import Appliance
import Foundation
import Inference
import Models
import Tensors
import Testing

@Suite struct BenchmarkTests {
    // MARK: Made-up results

    private func layer(
        _ index: Int, _ kind: String, _ input: [Int], _ output: [Int], window: Int? = nil, stride: Int = 1, mac: Int = 0, _ time: Double
    ) -> LayerTime {
        LayerTime(
            index: index,
            outline: LayerOutline(
                kind: kind, input: Shape(input), output: Shape(output),
                window: window.map { LayerOutline.Window(height: $0, width: $0, strideHeight: stride, strideWidth: stride) },
                multiplyAccumulateCount: mac), milliseconds: time)
    }

    private var layers: [LayerTime] {
        [
            layer(0, "convolution2D", [1, 8, 8, 3], [1, 4, 4, 16], window: 3, stride: 2, mac: 10_000_000, 0.5),
            layer(1, "depthwiseConvolution2D", [1, 4, 4, 16], [1, 4, 4, 16], window: 3, mac: 1_000_000, 0.25),
            layer(2, "convolution2D", [1, 4, 4, 16], [1, 4, 4, 8], window: 1, mac: 20_000_000, 1),
            layer(3, "averagePool2D", [1, 4, 4, 8], [1, 1, 1, 8], window: 4, 0.125),
            layer(4, "softmax", [1, 8], [1, 8], 0.125),
        ]
    }

    private func result(_ layers: [LayerTime], model: String = "folder/net.tflite", threadCount: Int = 1) -> BenchmarkResult {
        BenchmarkResult(
            model: model, tier: .baseline, threadCount: threadCount, multiplyAccumulateCount: 31_000_000,
            times: (1...200).reversed().map { 1 + Double($0) }, planTime: 3, firstRunTime: 4, arenaByteCount: 1000, packedByteCount: 2000,
            memoryBefore: ProcessMemory(residentByteCount: 5_000_000, peakByteCount: 6_000_000),
            memoryAfter: ProcessMemory(residentByteCount: 8_000_000, peakByteCount: 9_000_000), peaks: [], layers: layers)
    }

    @Test func figuresAreThoseOfTheSortedTimes() {
        let result = result([])
        #expect(result.minimum == 2 && result.median == 102 && result.percentile99 == 200 && result.runCount == 200)
        #expect(result.rate == 15.5 && result.loadTime == 7)
        #expect(result.percentOfPeak(10) == nil && result.peakRate == nil)
        let facts = result.facts
        #expect(facts.map(\.name) == ["time", "speed", "start", "memory"])
        #expect(facts[0].text == "min 2.000 ms   median 102.000 ms   p99 200.000 ms")
        #expect(facts[2].text == "7.000 ms from file to first result: load 3.000 ms, first run 4.000 ms")
        #expect(facts[3].text.hasSuffix("process 9.0 MB at its peak, 5.0 MB before the model"))
    }

    @Test func jsonHasTheNamesThatProgramsExpect() throws {
        let object = try #require(
            try JSONSerialization.jsonObject(with: JSONEncoder().encode(result(layers))) as? [String: Any])
        for (name, value) in [
            ("min_ms", 2), ("median_ms", 102), ("p99_ms", 200), ("gmac_per_s", 15.5), ("load_ms", 7), ("plan_ms", 3), ("first_run_ms", 4),
            ("threads", 1), ("runs", 200), ("arena_bytes", 1000), ("packed_bytes", 2000), ("peak_rss_bytes", 9_000_000),
            ("rss_before_bytes", 5_000_000), ("mac", 31_000_000),
        ] {
            #expect((object[name] as? NSNumber)?.doubleValue == value, "\(name)")
        }
        #expect(object["tier"] as? String == "baseline" && object["model"] as? String == "folder/net.tflite")
        #expect((object["peaks"] as? [Any])?.isEmpty == true)
        let layers = try #require(object["layers"] as? [[String: Any]])
        #expect(layers.count == 5 && layers[0]["window"] as? String == "3x3/2" && layers[2]["output"] as? [Int] == [1, 4, 4, 8])
        #expect((layers[2]["share_percent"] as? NSNumber)?.doubleValue == 50 && layers[4]["gmac_per_s"] == nil)
        let bare = try JSONSerialization.jsonObject(with: JSONEncoder().encode(result([]))) as? [String: Any]
        #expect(bare?["layers"] == nil && result(self.layers).withoutLayers.layers.isEmpty)
    }

    // MARK: Table

    @Test func theTableIsAlignedAndAddsUp() {
        let lines = LayerTable(result(layers)).lines()
        #expect(lines.map(\.ink).prefix(7) == [.header, .row, .row, .row, .row, .row, .total])
        #expect(lines[1].text == "0  convolution 3x3/2  8x8x3 -> 4x4x16   0.500   25.0 %    20.0        -")
        #expect(lines[6].text.contains("all 5 layers") && lines[6].text.contains(" 2.000  100.0 %    15.5"))
        #expect(Set(lines.prefix(7).map(\.text.count)).count == 1)
        // The families below, the one that takes longest first.
        #expect(
            lines.dropFirst(8).map { $0.text.trimmingCharacters(in: .whitespaces).prefix(13) } == [
                "convolution 1", "convolution  ", "depthwise    ", "average pool ", "softmax      ",
            ])
    }

    @Test func topKeepsTheSlowestInTheirOrder() {
        let lines = LayerTable(result(layers), top: 2).lines()
        #expect(lines.dropFirst().prefix(2).map { $0.text.first } == ["0", "2"])
        #expect(lines[3].ink == .total && lines[3].text.contains("3 of them not shown") && lines[3].text.contains("100.0 %"))
    }

    @Test func barsFillWhatATerminalHasLeft() {
        let plain = LayerTable(result(layers)).lines()
        let lines = LayerTable(result(layers)).lines(width: plain[0].text.count + 23)
        #expect(lines.allSatisfy { $0.text.count <= plain[0].text.count + 22 })
        #expect(lines[3].text == plain[3].text + "  " + String(repeating: "\u{2588}", count: 20))
        #expect(lines[4].text == plain[4].text + "  \u{2588}\u{2588}\u{258C}")
        // No room, no bar; nor anything else without layers.
        #expect(LayerTable(result(layers)).lines(width: 60).map(\.text) == plain.map(\.text))
        #expect(LayerTable(result([])).lines().isEmpty)
    }

    // MARK: Chart

    private func svg(_ result: BenchmarkResult) throws -> String {
        let path = NSTemporaryDirectory() + "picket-chart-\(UUID().uuidString).svg"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try ChartFile(path).write(result)
        return try String(contentsOfFile: path, encoding: .utf8)
    }

    @Test func theChartHasABarForEachLayerInTheColourOfItsFamily() throws {
        let text = try svg(result(layers))
        #expect(text.hasPrefix("<svg ") && text.hasSuffix("</svg>\n"))
        for part in [
            ">net</text>", ">0  convolution 3x3/2</text>", ">4x4x16 -&gt; 4x4x8</text>", ">1.000 ms  20 GMAC/s</text>", ">0 ms</text>",
        ] {
            #expect(text.contains(part), "\(part)")
        }
        // A bar and a field of the legend each; the 1x1 convolution takes longest, so its bar has the full length.
        #expect(text.components(separatedBy: "#2f6fde").count == 3 && text.components(separatedBy: "#f08a24").count == 3)
        #expect(text.contains("width=\"400\" height=\"9\" fill=\"#2f6fde\""))
    }

    @Test func hundredsOfLayersStayLegible() throws {
        let many = (0..<300).map { layer($0, "quantize", [1, 4], [1, 4], 0.001 * Double($0 % 50 + 1)) }
        let text = try svg(result(many))
        #expect(text.contains(">201 short layers together</text>"))
        #expect(text.components(separatedBy: ">quantize").count == 2)
    }

    @Test(arguments: [0.0, 0.000_001, 0.004, 1, 7.4, 99_999, 1e12])
    func timesOfEveryLengthHaveAChart(_ time: Double) throws {
        let text = try svg(result([layer(0, "softmax", [1], [1], time)], model: "/<&>.tflite"))
        #expect(text.contains(">0 ms</text>") && text.contains(">&lt;&amp;&gt;</text>") && text.count < 20_000)
    }

    @Test func theSameChartIsWrittenAsPNG() throws {
        let path = NSTemporaryDirectory() + "picket-chart-\(UUID().uuidString).PNG"
        defer { try? FileManager.default.removeItem(atPath: path) }
        try ChartFile(path).write(result(layers))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)).prefix(4) == Data([137, 80, 78, 71]))
    }

    @Test(arguments: [
        ("chart.gif", "a chart is .svg or .png"), ("chart", "a chart is .svg or .png"), ("", "a chart is .svg or .png"),
        ("svg", "a chart is .svg or .png"), ("a.svg/chart", "a chart is .svg or .png"), ("no/such/folder/chart.svg", "there is no folder"),
        ("/proc/chart.png", "no permission"),
    ])
    func whatCannotBeWrittenIsRefusedBeforeAnythingIsMeasured(_ path: String, _ reason: String) throws {
        // The superuser may write anywhere, even where nothing can be written.
        if path.hasPrefix("/proc"), FileManager.default.isWritableFile(atPath: "/proc") { return }
        let error = try #require(throws: ApplianceError.self) { _ = try ChartFile(path) }
        #expect(error.description.hasPrefix(path + ": ") && error.description.contains(reason), "\(error)")
    }

    @Test func aFolderIsNoChart() throws {
        let path = NSTemporaryDirectory() + "picket-chart-\(UUID().uuidString).svg"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        defer { try? FileManager.default.removeItem(atPath: path) }
        #expect(throws: ApplianceError.chart(path: path, reason: "that is a folder")) { _ = try ChartFile(path) }
    }

    @Test func aFileThatCannotBeWrittenAfterAllIsAnError() throws {
        let folder = NSTemporaryDirectory() + "picket-charts-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: false)
        let file = try ChartFile(folder + "/chart.svg")
        try FileManager.default.removeItem(atPath: folder)
        #expect(throws: ApplianceError.self) { try file.write(result(layers)) }
    }

    // MARK: Memory

    @Test func memoryIsReadFromTheKernelsText() {
        let text = "Name:\tpicket\nVmPeak:\t  999 kB\nVmHWM:\t    5124 kB\nVmRSS:\t    4096 kB\n"
        #expect(ProcessMemory(status: text) == ProcessMemory(residentByteCount: 4096 * 1024, peakByteCount: 5124 * 1024))
        #expect(ProcessMemory(status: "VmHWM:\t5124 kB\n") == nil && ProcessMemory(status: "VmHWM:\tx kB\nVmRSS: 1\n") == nil)
        let current = ProcessMemory.current
        #expect(current.map { $0.residentByteCount > 1 << 20 && $0.peakByteCount >= $0.residentByteCount } == true)
    }

    // MARK: Real runs

    @Test func aRealModelIsTimedLayerByLayer() throws {
        let path = Demo.folder + "/pad-state.tflite"
        let result = try Benchmark(path: path, tier: .baseline, extent: .runs(3), timesLayers: true).run()
        #expect(result.runCount == 3 && result.minimum > 0 && result.planTime > 0 && result.firstRunTime >= result.minimum)
        #expect(result.layers.map(\.index) == Array(result.layers.indices) && result.layers.allSatisfy { $0.milliseconds > 0 })
        #expect(result.layers.reduce(0) { $0 + $1.outline.multiplyAccumulateCount } == result.multiplyAccumulateCount)
        #expect(result.peak != nil && result.percentOfPeak(result.rate).map { $0 > 0 } == true)
        let timed = try Benchmark(path: path, extent: .duration(.milliseconds(1))).run()
        #expect(timed.runCount >= 5 && timed.layers.isEmpty)
    }

    @Test func aFileThatIsNoModelIsAnError() {
        #expect(throws: ModelError.self) { try Benchmark(path: "no-such.tflite", extent: .runs(1)).run() }
    }
}
