import CAllocationCounter
import Inference
import ModelGraph
import TFLite
import Testing

/// What a device does all day, on real models: no heap traffic after the runner is made.
@Suite struct ZooAllocationTests {
    @Test(.enabled(if: Zoo.folder != nil, "no zoo: set PICKET_ZOO"), arguments: Zoo.models, [1, 2])
    func runningAllocatesNothing(model: String, threadCount: Int) throws {
        let file = try ModelFileReader.read(try Zoo.modelBytes(try Zoo.manifest(model)), name: model)
        var runner = Runner(try Plan(file.graph, threadCount: threadCount, splitThreshold: .zero))
        for _ in 0..<3 { runner.run() }
        let before = allocation_count()
        for _ in 0..<3 { runner.run() }
        #expect(allocation_count() == before)
    }
}
