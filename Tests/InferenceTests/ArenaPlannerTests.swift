import Inference
import ModelGraph
import Tensors
import Testing

@Suite struct ArenaPlannerTests {
    typealias Block = ArenaPlanner.Block

    @Test func blocksThatFollowEachOtherShareMemory() {
        let layout = ArenaPlanner.layout([
            Block(byteCount: 100, lifetime: 0...1), Block(byteCount: 100, lifetime: 1...2), Block(byteCount: 100, lifetime: 2...3),
        ])
        #expect(layout.byteCount == 256)
        #expect(layout.offsets[0] == layout.offsets[2])
    }

    @Test func noBlocksNeedNoMemory() {
        #expect(ArenaPlanner.layout([]).byteCount == 0)
    }

    @Test(arguments: 0..<60 as Range<UInt64>) func blocksThatLiveTogetherNeverOverlap(seed: UInt64) {
        var random = SplitMix(seed: seed)
        let blocks = (0..<Int.random(in: 1...80, using: &random)).map { _ in
            let first = Int.random(in: 0...60, using: &random)
            let last = first + Int.random(in: 0...(seed.isMultiple(of: 2) ? 4 : 40), using: &random)
            return Block(byteCount: Int.random(in: 0...5000, using: &random), lifetime: first...last)
        }
        let layout = ArenaPlanner.layout(blocks)
        for (i, a) in blocks.enumerated() {
            #expect(layout.offsets[i].isMultiple(of: Arena.alignment))
            #expect(layout.offsets[i] >= 0 && layout.offsets[i] + a.byteCount <= layout.byteCount)
            for (j, b) in blocks.enumerated() where j > i && a.lifetime.overlaps(b.lifetime) {
                let (x, y) = (
                    Region(byteOffset: layout.offsets[i], byteCount: a.byteCount),
                    Region(byteOffset: layout.offsets[j], byteCount: b.byteCount)
                )
                #expect(!x.overlaps(y) || x.byteCount == 0 || y.byteCount == 0, "seed \(seed): blocks \(i) and \(j)")
            }
        }
        #expect(layout.byteCount <= blocks.reduce(0) { $0 + ArenaPlanner.aligned($1.byteCount) })
        #expect(layout.byteCount >= ArenaPlanner.lowerBound(blocks))
    }
}

@Suite struct MemoryMapTests {
    private func tensor(_ name: String, _ extents: [Int], constant: Bool = false) throws -> Graph.Tensor {
        let shape = try #require(Shape(extents))
        return Graph.Tensor(
            name: name, elementType: .uint8, shape: shape, quantization: Quantization(scales: [0.5], zeroPoints: [3]),
            constant: constant ? [UInt8](repeating: 7, count: shape.elementCount)[...] : nil)
    }

    private func reshapes(_ pairs: [(Int, Int)]) -> [Layer] {
        pairs.enumerated().map { Layer(kind: .reshape, inputs: [$1.0], outputs: [$1.1], sourceIndex: $0) }
    }

    @Test func reshapeLeavesItsInputInPlace() throws {
        let tensors = [try tensor("a", [2, 3]), try tensor("b", [6]), try tensor("c", [3, 2])]
        let graph = try Graph(name: "g", tensors: tensors, layers: reshapes([(0, 1), (1, 2)]), inputs: [0], outputs: [2])
        let map = MemoryMap(graph)
        #expect(map.regions[1] == map.regions[0])
        // The caller writes the input and reads the output: they stay apart.
        #expect(map.regions[2] != map.regions[0])
        #expect(try run(graph, inputs: [[1, 2, 3, 4, 5, 6]], tier: .baseline) == [[1, 2, 3, 4, 5, 6]])
        #expect(map.description == "0..<6  steps 0-2  a\n0..<6  steps 0-2  b\n64..<70  steps 2-3  c\n128 bytes, no layout needs less")
    }

    @Test func aliasKeepsItsInputAliveForLaterReaders() throws {
        // a -> b (reshape), and a is read again after b's last use, by another reshape: what is made of b is not written over it.
        let tensors = [
            try tensor("x", [4]), try tensor("a", [4]), try tensor("b", [2, 2]), try tensor("y", [2, 2]), try tensor("z", [1, 4]),
        ]
        let layers = [
            Layer(kind: .unary(.relu), inputs: [0], outputs: [1], sourceIndex: 0),
            Layer(kind: .reshape, inputs: [1], outputs: [2], sourceIndex: 1),
            Layer(kind: .unary(.relu), inputs: [2], outputs: [3], sourceIndex: 2),
            Layer(kind: .reshape, inputs: [1], outputs: [4], sourceIndex: 3),
        ]
        let map = MemoryMap(try Graph(name: "g", tensors: tensors, layers: layers, inputs: [0], outputs: [3, 4]))
        let (shared, y) = (try #require(map.regions[1]), try #require(map.regions[3]))
        #expect(map.regions[2] == shared)
        #expect(!shared.overlaps(y))
    }

    @Test func constantReadInPlaceKeepsItsBytesOverRuns() throws {
        let tensors = [try tensor("x", [4]), try tensor("k", [4], constant: true), try tensor("y", [2, 2]), try tensor("z", [2, 2])]
        let graph = try Graph(name: "g", tensors: tensors, layers: reshapes([(0, 2), (1, 3)]), inputs: [0], outputs: [2, 3])
        #expect(MemoryMap(graph).constants == [1])
        #expect(try run(graph, inputs: [[1, 2, 3, 4]], tier: .baseline) == [[1, 2, 3, 4], [7, 7, 7, 7]])
    }

    @Test func packedWeightsTakeNoPlaceInTheArena() throws {
        let map = MemoryMap(try ConvolutionCase().make().graph)
        #expect(map.regions[1] == nil && map.regions[2] == nil)
        #expect(map.regions[0] != nil && map.regions[3] != nil)
    }
}
