import FixedPoint
import Learning
import Predictions
import Testing

/// Made-up embeddings: each concept has a centre, its samples scatter around it along directions that all concepts share.
struct Samples {
    let dimension: Int
    private(set) var byConcept: [String: [UnitEmbedding]] = [:]
    /// Of no concept.
    private(set) var others: [UnitEmbedding] = []

    /// - Parameter spread: Of the samples around their centres; the centres' elements are within 1000.
    init(concepts: Int, each: Int, dimension: Int, spread: Int = 600, others otherCount: Int = 0, seed: UInt64 = 1) throws {
        self.dimension = dimension
        var random = SeededGenerator(seed: seed)
        for concept in 0..<concepts {
            let centre = (0..<dimension).map { _ in Int64(random.below(2001)) - 1000 }
            var samples: [UnitEmbedding] = []
            for _ in 0..<each { samples.append(try Self.sample(around: centre, spread, &random)) }
            byConcept["c\(concept)"] = samples
        }
        for _ in 0..<otherCount {
            let centre = (0..<dimension).map { _ in Int64(random.below(2001)) - 1000 }
            others.append(try Self.sample(around: centre, spread, &random))
        }
    }

    private static func sample(around centre: [Int64], _ spread: Int, _ random: inout SeededGenerator) throws -> UnitEmbedding {
        let common = Int64(random.below(UInt64(4 * spread))) - Int64(2 * spread)
        return try UnitEmbedding(
            direction: centre.enumerated().map { index, value in
                let own = Int64(random.below(UInt64(2 * spread + 1))) - Int64(spread)
                return value + own + (index % 3 == 0 ? common : 0)
            })
    }

    var names: [String] { byConcept.keys.sorted() }
    var all: [(concept: String, sample: UnitEmbedding)] { names.flatMap { name in (byConcept[name] ?? []).map { (name, $0) } } }

    func statistics(_ kernels: VectorKernels = .best) throws -> ConceptStatistics {
        var statistics = try ConceptStatistics(dimension: dimension)
        for name in names { try statistics.add(byConcept[name] ?? [], to: name, kernels) }
        return statistics
    }

    /// The share of samples that a head names right.
    func accuracy(_ head: some EmbeddingHead) throws -> Double {
        let right = try all.filter { head.concepts[try head.judge($0.sample).best] == $0.concept }
        return Double(right.count) / Double(all.count)
    }
}

func embedding(_ elements: [Int16], digest: String = "aa") -> Embedding { Embedding(elements: elements, scale: 0.5, modelDigest: digest) }

/// The features of CPUs to try: none, each step that this one has, all.
let flagSets: [UInt32] = [0, 1, 1 << 3, .max]
