import Learning
import Predictions
import Testing

/// Numbers written down once, on x86_64: every other machine and every kernel must find the same.
@Suite struct SameBitsTests {
    /// FNV-1a of 64-bit words.
    private func digest(_ words: some Sequence<Int64>) -> UInt64 {
        words.reduce(14_695_981_039_346_656_037) { ($0 ^ UInt64(bitPattern: $1)) &* 1_099_511_628_211 }
    }

    private func words(_ judgement: Judgement) -> [Int64] {
        judgement.scores.map { Int64($0.units) } + [Int64(judgement.best), judgement.novelty]
    }

    @Test(arguments: flagSets) func discriminants(flags: UInt32) throws {
        let kernels = VectorKernels(flags: flags)
        let samples = try Samples(concepts: 5, each: 30, dimension: 150, spread: 1500)
        let full = try Discriminant.fit(samples.statistics(kernels), .init(temperature: 7), kernels)
        let dual = try Discriminant.fitDual(samples.byConcept.mapValues { Array($0.prefix(6)) }, .init(temperature: 7), kernels)
        let layer = full.linearLayer
        let bits = (layer.weights.joined() + layer.biases).map { Int64(bitPattern: $0.bitPattern) }
        let temperature = Temperature.fit(try full.leaveOneOut(samples.byConcept)).bitPattern
        let judged = [
            digest(try samples.all.flatMap { words(try full.judge($0.sample)) }),
            digest(try samples.all.flatMap { words(try dual.judge($0.sample)) }),
        ]
        let expected: [UInt64] = [
            6_130_787_533_093_773_910, 8_255_508_823_733_368_795, 6_850_003_433_630_380_098, 4_589_168_020_290_535_424,
        ]
        #expect(judged + [digest(bits), temperature] == expected)
    }

    @Test(arguments: flagSets) func projectionsAndClusters(flags: UInt32) throws {
        let kernels = VectorKernels(flags: flags)
        let samples = try Samples(concepts: 6, each: 20, dimension: 340, spread: 1500)
        let projection = try Projection.fit(samples.statistics(kernels), dimension: 20, kernels)
        let list = samples.all.map(\.sample)
        let found = [
            digest(projection.components.map { Int64($0) } + projection.offsets),
            digest(try KMeans.cluster(list, k: 9, kernels).assignments.map { Int64($0) }),
            digest(try NeighbourHierarchy(list, kernels).levels.flatMap { $0.assignments.map { Int64($0) } }),
        ]
        #expect(found == [9_984_951_092_050_089_633, 14_355_641_063_602_801_968, 7_184_962_246_852_700_028])
    }
}
