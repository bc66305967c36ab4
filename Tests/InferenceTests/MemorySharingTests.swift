import Inference
import ModelGraph
import Tensors
import Testing

@Suite struct MemorySharingTests {
    private func tensor(_ name: String, _ extents: [Int], _ type: ElementType = .uint8, zeroPoint: Int32 = 3) throws -> Graph.Tensor {
        Graph.Tensor(
            name: name, elementType: type, shape: try #require(Shape(extents)),
            quantization: Quantization(scales: [0.5], zeroPoints: [zeroPoint]))
    }

    private func layer(_ kind: LayerKind, _ inputs: [Int], _ outputs: [Int]) -> Layer {
        Layer(kind: kind, inputs: inputs, outputs: outputs, sourceIndex: 0)
    }

    @Test(arguments: 0..<400 as Range<UInt64>) func sharedMemoryChangesNoBit(seed: UInt64) throws {
        let graph = try RandomGraph.make(seed: seed)
        var random = SplitMix(seed: seed)
        for tier in Tier.available {
            let plan = try Plan(graph, tier: tier)
            var runner = Runner(plan)
            // Twice: constants keep their bytes.
            for _ in 0..<2 {
                var values: [Int: [UInt8]] = [:]
                for (index, tensor) in graph.inputs.enumerated() {
                    let bytes = Fill.random.bytes(count: graph.tensors[tensor].byteCount, isSigned: false, using: &random)
                    values[tensor] = bytes
                    runner.withMutableInput(index) { span in for offset in bytes.indices { span[offset] = bytes[offset] } }
                }
                runner.run()
                for (index, layer) in graph.layers.enumerated() {
                    let results = try SingleLayer.run(graph, layer: index, values: values)
                    for (output, bytes) in zip(layer.outputs, results) { values[output] = bytes }
                }
                for (index, tensor) in graph.outputs.enumerated() {
                    let actual = runner.withOutput(index) { span in span.indices.map { span[$0] } }
                    #expect(actual == values[tensor], "seed \(seed), \(tier.rawValue), output \(index)")
                }
            }
        }
    }

    /// Two tensors that are both needed have no byte in common, unless they have it because one was cut from the other, or joined to it.
    @Test(arguments: 0..<400 as Range<UInt64>) func tensorsThatLiveTogetherAreApartOrTheSameBytes(seed: UInt64) throws {
        let graph = try RandomGraph.make(seed: seed)
        let map = MemoryMap(graph)
        #expect(map.byteCount >= map.leastByteCount)
        var (first, last) = ([Int: Int](), [Int: Int]())
        func use(_ tensor: Int, at step: Int) {
            first[tensor] = min(first[tensor] ?? step, step)
            last[tensor] = max(last[tensor] ?? step, step)
        }
        // The same bytes, moved only.
        var kin = Array(graph.tensors.indices)
        for tensor in graph.inputs { use(tensor, at: 0) }
        for (index, layer) in graph.layers.enumerated() {
            for tensor in layer.inputs.compactMap({ $0 }) + layer.outputs { use(tensor, at: index + 1) }
            switch layer.kind {
            case .unary, .elementwise: continue
            default:
                let family = Set((layer.inputs.compactMap { $0 } + layer.outputs).map { kin[$0] })
                for tensor in kin.indices where family.contains(kin[tensor]) { kin[tensor] = family.min() ?? 0 }
            }
        }
        for tensor in graph.outputs + map.constants { use(tensor, at: graph.layers.count + 1) }
        for constant in map.constants { first[constant] = 0 }
        for a in graph.tensors.indices {
            for b in 0..<a {
                guard let x = map.regions[a], let y = map.regions[b], x.overlaps(y),
                    let begin = [first[a], first[b]].compactMap({ $0 }).max(),
                    let end = [last[a], last[b]].compactMap({ $0 }).min(), begin <= end, kin[a] != kin[b]
                else { continue }
                // In place: one is read for the last time by the layer that makes the other.
                #expect(begin == end && last[b] == first[a], "seed \(seed): \(a) and \(b)\n\(map)")
            }
        }
    }

    @Test func functionsOfOneByteRunInPlace() throws {
        let tensors = [try tensor("x", [99]), try tensor("a", [99]), try tensor("b", [99]), try tensor("y", [99])]
        let graph = try Graph(
            name: "g", tensors: tensors,
            layers: [
                layer(.unary(.relu), [0], [1]), layer(.elementwise(.add, activation: .none), [0, 1], [2]), layer(.unary(.relu), [2], [3]),
            ], inputs: [0], outputs: [3])
        let map = MemoryMap(graph)
        // The input is needed after a; the caller owns the input and reads y, so these stay apart.
        #expect(map.regions[1] != map.regions[0] && map.regions[2] == map.regions[0] && map.regions[3] != map.regions[2])
        #expect(map.byteCount == 2 * 128 && map.leastByteCount == map.byteCount)
    }

    @Test func anInputThatIsReadLaterIsNotWrittenOver() throws {
        let tensors = [
            try tensor("x", [1, 4]), try tensor("a", [1, 4]), try tensor("b", [1, 4]), try tensor("c", [1, 4]), try tensor("y", [1, 4]),
        ]
        let map = MemoryMap(
            try Graph(
                name: "g", tensors: tensors,
                layers: [
                    layer(.unary(.relu), [0], [1]), layer(.elementwise(.add, activation: .none), [1, 1], [2]),
                    layer(.elementwise(.multiply, activation: .none), [1, 2], [3]), layer(.unary(.relu), [3], [4]),
                ], inputs: [0], outputs: [4]))
        #expect(map.regions[2] != map.regions[1], "a is read once more")
        #expect(map.regions[3] == map.regions[1])
    }

    @Test func partsAreComputedWhereTheWholeWillBe() throws {
        let tensors = [
            try tensor("x", [3, 7]), try tensor("a", [3, 7]), try tensor("b", [3, 7]), try tensor("whole", [9, 7]),
            try tensor("y", [9, 7]),
        ]
        let graph = try Graph(
            name: "g", tensors: tensors,
            layers: [
                layer(.unary(.relu), [0], [1]), layer(.unary(.relu6), [0], [2]),
                layer(.concatenation(axis: 0, activation: .none), [2, 0, 1], [3]), layer(.unary(.relu), [3], [4]),
            ], inputs: [0], outputs: [4])
        let map = MemoryMap(graph)
        let whole = try #require(map.regions[3])
        #expect(map.regions[2] == Region(byteOffset: whole.byteOffset, byteCount: 21))
        #expect(map.regions[1] == Region(byteOffset: whole.byteOffset + 42, byteCount: 21))
        #expect(map.regions[0]?.overlaps(whole) == false, "the caller writes it")
        #expect(map.regions[4] == whole)
    }

    @Test func piecesStayWhereTheyAre() throws {
        let tensors = [
            try tensor("x", [3, 7]), try tensor("a", [3, 7]), try tensor("row", [7]), try tensor("rest", [1, 7]),
            try tensor("last", [1, 7]),
            try tensor("y", [7]), try tensor("z", [1, 7]), try tensor("w", [1, 7]), try tensor("twice", [3, 7]),
        ]
        let graph = try Graph(
            name: "g", tensors: tensors,
            layers: [
                layer(.unary(.relu), [0], [1]), layer(.split(axis: 0), [1], [3, 4, 7]), layer(.reshape, [4], [2]),
                layer(.unary(.relu6), [2], [5]), layer(.unary(.relu6), [3], [6]),
                layer(.elementwise(.add, activation: .none), [0, 0], [8]),
            ], inputs: [0], outputs: [5, 6, 7, 8])
        let map = MemoryMap(graph)
        let start = try #require(map.regions[1]).byteOffset
        #expect([3, 4, 7, 2, 5, 6].map { (map.regions[$0]?.byteOffset ?? 0) - start } == [0, 7, 14, 7, 7, 0])
    }

    @Test func quantisationThatChangesNoByteIsNothing() throws {
        let tensors = [
            try tensor("x", [9]), try tensor("a", [9]), try tensor("b", [9]), try tensor("c", [9], zeroPoint: 4), try tensor("y", [9]),
        ]
        let layers = [
            layer(.unary(.relu), [0], [1]), layer(.quantize, [1], [2]), layer(.quantize, [1], [3]),
            layer(.elementwise(.add, activation: .none), [2, 3], [4]),
        ]
        let map = MemoryMap(try Graph(name: "g", tensors: tensors, layers: layers, inputs: [0], outputs: [4]))
        #expect(map.regions[2] == map.regions[1] && map.regions[3] != map.regions[1])
    }
}
