import Learning
import Predictions
import Testing

@Suite struct ClusteringTests {
    /// Whether samples share a cluster exactly when they share a concept.
    private func isExact(_ assignments: [Int], _ samples: Samples) -> Bool {
        let pairs = Set(zip(samples.all.map(\.concept), assignments).map { "\($0) \($1)" })
        return pairs.count == samples.names.count && Set(assignments).count == samples.names.count
    }

    @Test func namedNumbersOfGroupsAreFound() throws {
        let samples = try Samples(concepts: 6, each: 15, dimension: 64, spread: 300)
        let list = samples.all.map(\.sample)
        let found = try KMeans.cluster(list, k: 6)
        #expect(isExact(found.assignments, samples))
        #expect(try KMeans.cluster(list, k: 6, .baseline) == found)
        #expect(try KMeans.cluster(list, k: 1).count == 1)
        let sizes = (0..<found.count).map { cluster in found.assignments.count { $0 == cluster } }
        #expect(sizes == sizes.sorted(by: >))
    }

    @Test func moreGroupsThanDirectionsAreNotMadeUp() throws {
        let one = try UnitEmbedding(direction: [1, 2, 3])
        let two = try UnitEmbedding(direction: [3, 2, 1])
        let found = try KMeans.cluster([one, two, one, two, one], k: 4)
        #expect(found.assignments == [0, 1, 0, 1, 0])
        #expect(throws: LearningError.tooFewSamples(needed: 3, found: 2)) { try KMeans.cluster([one, two], k: 3) }
        #expect(throws: LearningError.self) { try KMeans.cluster([one], k: 0) }
        #expect(throws: LearningError.cancelled) { try KMeans.cluster([one, two], k: 2, isCancelled: { true }) }
    }

    @Test func theHierarchyEndsInOneGroupAndOnlyMerges() throws {
        let samples = try Samples(concepts: 8, each: 12, dimension: 64, spread: 300)
        let hierarchy = try NeighbourHierarchy(samples.all.map(\.sample))
        #expect(hierarchy.levels.last?.count == 1)
        for (fine, coarse) in zip(hierarchy.levels, hierarchy.levels.dropFirst()) {
            #expect(coarse.count * 2 <= fine.count)
            let pairs = Set(zip(fine.assignments, coarse.assignments).map { "\($0) \($1)" })
            #expect(pairs.count == fine.count)
        }
        // No group of the finest level mixes concepts.
        let finest = try #require(hierarchy.levels.first)
        #expect(Set(zip(samples.all.map(\.concept), finest.assignments).map { "\($0) \($1)" }).count == finest.count)
        #expect((hierarchy.level(atMost: 8)?.count ?? 0) <= 8)
        #expect(throws: LearningError.cancelled) { try NeighbourHierarchy(samples.all.map(\.sample), isCancelled: { true }) }
    }

    @Test func oneOrTwoSamplesAreOneGroup() throws {
        let one = try UnitEmbedding(direction: [1, 0])
        #expect(try NeighbourHierarchy([one]).levels.map(\.count) == [1])
        #expect(try NeighbourHierarchy([one, UnitEmbedding(direction: [0, 1])]).levels.map(\.assignments) == [[0, 0]])
        #expect(throws: LearningError.tooFewSamples(needed: 1, found: 0)) { try NeighbourHierarchy([]) }
    }

    @Test func theMostCentralSampleComesFirst() throws {
        let samples = try [[10, 0], [10, 1], [10, 3], [0, 10]].map { try UnitEmbedding(direction: $0) }
        let found = try KMeans.cluster(samples, k: 2)
        #expect(found.members(of: samples).map { $0 } == [[1, 0, 2], [3]])
        let nearest = try #require(try found.nearest(to: UnitEmbedding(direction: [1, 9])))
        #expect(nearest.cluster == 1 && nearest.similarity > Score(0.98))
    }

    @Test func aStreamFoundsLeadersAndJoinsThem() throws {
        var stream = try LeaderClustering(similarity: Score(0.9), capacity: 2)
        let (right, up, left) = (
            try UnitEmbedding(direction: [10, 1]), try UnitEmbedding(direction: [0, 10]), try UnitEmbedding(direction: [-10, 0])
        )
        #expect(try stream.add(right) == (0, .one, true))
        #expect(try stream.add(UnitEmbedding(direction: [10, 0])).number == 0)
        #expect(try stream.add(up) == (1, .one, true))
        #expect(try stream.add(right).isNew == false)
        #expect(stream.leaders.map(\.memberCount) == [3, 1])
        // No room: the leader that nothing joined for longest goes, and its number is not used again.
        #expect(try stream.add(left).number == 2)
        #expect(stream.leaders.map(\.number) == [0, 2])
        #expect(try stream.add(up).number == 3)
        #expect(throws: LearningError.dimensionMismatch(expected: 2, found: 1)) { try stream.add(UnitEmbedding(direction: [1])) }
        #expect(throws: LearningError.self) { try LeaderClustering(similarity: .one, capacity: 0) }
        #expect(throws: LearningError.self) { try LeaderClustering(similarity: Score(1.5)) }
    }
}
