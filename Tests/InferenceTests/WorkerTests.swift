import CAllocationCounter
import Glibc
import Inference
import ModelGraph
import Tensors
import Testing

/// Several threads compute the same as one, and come and go in peace.
@Suite(.serialized) struct WorkerTests {
    /// A chain of depthwise layers with as many lines as given, each of a few microseconds at most.
    private func chain(layerCount: Int, height: Int = 5, width: Int = 4, channels: Int = 8) throws -> (graph: Graph, input: [UInt8]) {
        var one = ConvolutionCase(kind: .depthwise, isSigned: true, height: height, width: width, inputs: channels, outputs: channels)
        (one.kernelHeight, one.kernelWidth, one.padding) = (3, 3, .same)
        let (single, input) = try one.make()
        // Tensors 0: input, 1 and 2: constants, 3...: outputs.
        let tensors = single.tensors + [Graph.Tensor](repeating: single.tensors[3], count: layerCount - 1)
        let layers = (0..<layerCount).map { index in
            Layer(kind: single.layers[0].kind, inputs: [index == 0 ? 0 : index + 2, 1, 2], outputs: [index + 3], sourceIndex: index)
        }
        return (try Graph(name: "chain", tensors: tensors, layers: layers, inputs: [0], outputs: [layerCount + 2]), input)
    }

    private func fill(_ runner: inout Runner, _ input: [UInt8]) {
        runner.withMutableInput(0) { span in for position in input.indices { span[position] = input[position] } }
    }

    private func output(_ runner: borrowing Runner) -> [UInt8] {
        runner.withOutput(0) { span in span.indices.map { span[$0] } }
    }

    @Test(arguments: Tier.available) func threadsGiveTheSameBits(tier: Tier) throws {
        for kind in ConvolutionCase.Kind.allCases {
            for (height, width) in [(1, 1), (2, 3), (9, 11), (40, 31)] {
                let isSigned = width.isMultiple(of: 3)
                var it = ConvolutionCase(kind: kind, isSigned: isSigned, height: height, width: width, inputs: 12, outputs: 24)
                it.batches = kind == .fullyConnected ? height * width : 2
                let expected = try it.output(.reference)
                for threadCount in [1, 2, 3, 5] {
                    #expect(try it.output(tier, threadCount: threadCount) == expected, "\(it), \(tier), \(threadCount) threads")
                }
            }
        }
    }

    @Test(arguments: [2, 3, 8]) func tenThousandTinyLayersInARowEnd(threadCount: Int) throws {
        let (graph, input) = try chain(layerCount: 100)
        let expected = try run(graph, inputs: [input], tier: .reference)[0]
        var runner = Runner(try Plan(graph, threadCount: threadCount, splitThreshold: .zero))
        for round in 0..<100 {
            fill(&runner, input)
            runner.run()
            #expect(output(runner) == expected, "run \(round)")
        }
    }

    /// Runners end when their threads are at work, look out for the next layer, sleep, or have not begun.
    @Test func runnersEndWhateverTheirThreadsDo() throws {
        let (graph, input) = try chain(layerCount: 3)
        let plan = try Plan(graph, threadCount: 3, splitThreshold: .zero)
        let expected = try run(graph, inputs: [input], tier: .reference)[0]
        for round in 0..<200 {
            var runner = Runner(plan)
            if round.isMultiple(of: 3) { continue }
            fill(&runner, input)
            runner.run()
            if round.isMultiple(of: 5) { spin(for: .microseconds(300)) }
            #expect(output(runner) == expected)
        }
    }

    @Test func sleepingThreadsComeBack() throws {
        let (graph, input) = try chain(layerCount: 3, height: 64, width: 64)
        let expected = try run(graph, inputs: [input], tier: .reference)[0]
        var runner = Runner(try Plan(graph, threadCount: 3, splitThreshold: .zero))
        for round in 0..<100 {
            // Around the time at which the threads go to sleep.
            spin(for: .microseconds(round * 2))
            fill(&runner, input)
            runner.run()
            #expect(output(runner) == expected, "run \(round)")
        }
    }

    @Test func twoRunnersOfOnePlanWorkAtATime() async throws {
        let (graph, input) = try chain(layerCount: 20, height: 16, width: 16)
        let expected = try run(graph, inputs: [input], tier: .reference)[0]
        let plan = try Plan(graph, threadCount: 2, splitThreshold: .zero)
        let wrong = await withTaskGroup(of: Int.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    var runner = Runner(plan)
                    var wrong = 0
                    for _ in 0..<200 {
                        fill(&runner, input)
                        runner.run()
                        if output(runner) != expected { wrong += 1 }
                    }
                    return wrong
                }
            }
            return await group.reduce(0, +)
        }
        #expect(wrong == 0)
    }

    @Test func splitRunsAllocateNothing() throws {
        let (graph, _) = try chain(layerCount: 10, height: 16, width: 16)
        var runner = Runner(try Plan(graph, threadCount: 3, splitThreshold: .zero))
        for _ in 0..<10 { runner.run() }
        let before = allocation_count()
        for round in 0..<100 {
            if round.isMultiple(of: 10) { spin(for: .microseconds(200)) }
            runner.run()
        }
        #expect(allocation_count() == before)
    }

    /// The helpers neither. What other tests allocate meanwhile shows too, so one quiet round is proof, if the helpers were at work.
    @Test func helpersAllocateNothing() throws {
        let (graph, _) = try chain(layerCount: 4, height: 64, width: 64)
        var runner = Runner(try Plan(graph, threadCount: 3, splitThreshold: .zero))
        for _ in 0..<10 { runner.run() }
        var fewest = Int.max
        for _ in 0..<1000 where fewest > 0 {
            let before = allocation_count_of_all_threads()
            // Long enough for a helper that sleeps to come.
            for _ in 0..<10 { runner.run() }
            fewest = min(fewest, allocation_count_of_all_threads() - before)
        }
        #expect(fewest == 0)
    }

    @Test func onlyLayersWorthItAreSplit() throws {
        let tiny = try chain(layerCount: 2).graph
        #expect(try Plan(tiny, threadCount: 2).isSplit == [false, false])
        #expect(try Plan(tiny, threadCount: 2, splitThreshold: .zero).isSplit == [true, true])
        #expect(try Plan(tiny, threadCount: 1, splitThreshold: .zero).isSplit == [false, false])
        let large = try chain(layerCount: 1, height: 112, width: 112, channels: 64).graph
        #expect(try Plan(large, threadCount: 2).isSplit == [Tier.best != .reference])
    }

    @Test func threadCountsAreBounded() throws {
        let graph = try chain(layerCount: 1).graph
        #expect(try Plan(graph, threadCount: -3).threadCount == 1)
        #expect(try Plan(graph, threadCount: 1_000_000).threadCount == ThreadCount.maximum)
        #expect(ThreadCount.suitable(1_000_000) >= 1 && ThreadCount.suitable(1_000_000) <= ThreadCount.maximum)
        #expect(ThreadCount.suitable(1) == 1)
    }

    /// Prints what it costs to hand out a layer and meet again: the lines of one layer more, on one thread and on several.
    @Test(.enabled(if: getenv("PICKET_BENCH") != nil), arguments: [(2, 1), (2, 4), (2, 16), (2, 64)])
    func meetingCost(height: Int, width: Int) throws {
        let (graph, _) = try chain(layerCount: 100, height: height, width: width, channels: 8)
        var one = Runner(try Plan(graph))
        var two = Runner(try Plan(graph, threadCount: 2, splitThreshold: .zero))
        var best = [Duration](repeating: .seconds(1), count: 3)
        for _ in 0..<2000 {
            best[0] = min(best[0], ContinuousClock().measure { one.run() })
            two.run()
            best[1] = min(best[1], ContinuousClock().measure { two.run() })
            spin(for: .microseconds(300))
            best[2] = min(best[2], ContinuousClock().measure { two.run() })
        }
        let text = best.map { "\(($0 / .nanoseconds(100)).rounded()) ns" }
        print("a layer of 2 lines: \(text[0]) with 1 thread, \(text[1]) with 2, \(text[2]) with 2 of which one slept at first")
    }

    private func spin(for duration: Duration) {
        let (clock, start) = (ContinuousClock(), ContinuousClock.now)
        while clock.now - start < duration {}
    }
}
