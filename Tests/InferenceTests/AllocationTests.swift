import CAllocationCounter
import Inference
import ModelGraph
import Tensors
import Testing

@Suite struct AllocationTests {
    @Test func counterSeesAnAllocation() {
        let before = allocation_count()
        let array = [Int](unsafeUninitializedCapacity: 10_000) { buffer, count in
            buffer.initialize(repeating: Int(before))
            count = 10_000
        }
        #expect(allocation_count() > before || before == -1)
        #expect(array.count == 10_000)
    }

    @Test(arguments: Tier.available) func runningAllocatesNothing(tier: Tier) throws {
        for kind in ConvolutionCase.Kind.allCases {
            for isSigned in [false, true] {
                let plan = try Plan(
                    try ConvolutionCase(kind: kind, isSigned: isSigned, height: 9, width: 9, inputs: 12, outputs: 24).make().graph,
                    tier: tier)
                var runner = Runner(plan)
                var layers = 0
                for _ in 0..<2 { runner.run() }
                let before = allocation_count()
                for _ in 0..<100 {
                    runner.withMutableInput(0) { span in span[0] = 1 }
                    runner.run()
                    runner.run { _ in layers += 1 }
                    _ = runner.withOutput(0) { span in span[0] }
                }
                #expect(allocation_count() == before, "\(kind) \(tier)")
                #expect(layers == 100)
            }
        }
    }
}
