import Learning
package import Operators
package import Predictions
package import Settings

/// `clusterer`: which of the things seen before an embedding is like, in one pass; the first of its kind begins a cluster.
///
/// The concept is `cluster 7`, its score the similarity to the cluster's first member. Clusters are those of this run: numbers begin with 1
/// and are given once.
package struct Clusterer: Operator {
    package static let typeName = "clusterer"
    package static let accepts: [PortKind] = [.embedding]

    package let similarity: Score
    package let capacity: Int
    private var clusters: LeaderClustering

    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let similarity = Score(section.number("similarity", in: 0.01...1) ?? 0.8)
        let capacity = section.integer("max_clusters", in: 1...65_536) ?? 4_096
        guard let clusters = try? LeaderClustering(similarity: similarity, capacity: capacity) else { return nil }
        self.similarity = similarity
        self.capacity = capacity
        self.clusters = clusters
    }

    package var rule: String { "similar from \(similarity.text), at most \(capacity) clusters" }

    package func outputKind(from input: PortKind) -> PortKind { .concepts }

    package func outputVocabulary(from input: Vocabulary) -> Vocabulary { .unknown }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        for (index, prediction) in input.enumerated() {
            // A vector without a direction is like nothing.
            guard let embedding = prediction.embedding, let unit = try? UnitEmbedding(embedding), let found = try? clusters.add(unit) else {
                continue
            }
            var judged = prediction
            judged.concepts = [ScoredConcept("cluster \(found.number + 1)", found.similarity)]
            output.append(judged, from: index)
        }
    }
}
