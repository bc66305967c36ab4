/// Groups of groups without naming how many: everything joins its nearest neighbour, then each group's mean does the same, until one group is
/// left (the idea of Sarfraz, Sharma, Stiefelhagen: "Efficient parameter-free clustering using first neighbor relations", CVPR 2019).
///
/// N^2 * D multiplications for the first level. No parameter, no seed; integers throughout.
package struct NeighbourHierarchy: Sendable, Hashable {
    /// From the finest to the coarsest; each is a merging of the one before. Clusters are in the order of their first samples.
    package let levels: [Clustering]

    /// - Parameter isCancelled: Asked after every 256 samples.
    /// - Throws: `tooFewSamples` without any, `dimensionMismatch`, `cancelled`; `zeroEmbedding` for samples that cancel each other out.
    package init(
        _ samples: [UnitEmbedding], _ kernels: VectorKernels = .best, isCancelled: () -> Bool = { false }
    ) throws(LearningError) {
        var levels: [Clustering] = []
        var points = samples
        var assignments = Array(samples.indices)
        while true {
            let joined = try Self.joined(points, kernels, isCancelled)
            assignments = assignments.map { joined[$0] }
            let clustering = try Clustering(assignments: assignments, of: samples)
            // Everything joins something, so that there are at most half as many as before.
            levels.append(clustering)
            guard clustering.count > 1 else { break }
            points = clustering.centres
        }
        self.levels = levels
    }

    /// The finest level of at most so many clusters.
    package func level(atMost count: Int) -> Clustering? { levels.first { $0.count <= count } }

    /// The group of each point: points are joined with their nearest neighbours. Groups are numbered by their first points.
    private static func joined(
        _ points: [UnitEmbedding], _ kernels: VectorKernels, _ isCancelled: () -> Bool
    ) throws(LearningError) -> [Int] {
        let rows = try UnitRows(points)
        var parents = Array(points.indices)
        func root(_ index: Int) -> Int {
            var index = index
            while parents[index] != index {
                parents[index] = parents[parents[index]]
                index = parents[index]
            }
            return index
        }
        var dots = [Int32](repeating: 0, count: rows.count)
        for index in points.indices where points.count > 1 {
            if index % 256 == 0, isCancelled() { throw .cancelled }
            rows.dots(points[index], kernels, into: &dots)
            dots[index] = .min
            var nearest = index == 0 ? 1 : 0
            for other in dots.indices where dots[other] > dots[nearest] { nearest = other }
            let (a, b) = (root(index), root(nearest))
            parents[max(a, b)] = min(a, b)
        }
        var numbers: [Int: Int] = [:]
        return points.indices.map { index in
            let root = root(index)
            if let number = numbers[root] { return number }
            numbers[root] = numbers.count
            return numbers[root] ?? 0
        }
    }
}
