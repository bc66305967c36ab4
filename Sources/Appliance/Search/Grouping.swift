import Learning

/// The things of a gallery in groups of what looks alike, the largest group first.
package struct Grouping: Sendable {
    /// Indices of the gallery's contents, the most central first.
    package let groups: [[Int]]
    /// How many groups each level has that one could look at, from the finest to the coarsest; empty when the number was given.
    package let levels: [Int]

    /// More take minutes and a board's memory.
    package static let limit = 20_000

    /// - Parameters:
    ///   - k: how many groups; nil to find levels of groups, of which the finest of at most `maximum` is taken.
    ///   - progress: called now and then.
    /// - Throws: `SearchError.tooFewForGroups`, `.learning`.
    package init(of contents: GalleryContents, k: Int?, atMost maximum: Int, progress: () -> Void) throws(SearchError) {
        if let k, k > contents.units.count { throw .tooFewForGroups(count: contents.units.count, groups: k) }
        do throws(LearningError) {
            let clustering: Clustering
            func tick() -> Bool {
                progress()
                return false
            }
            if let k {
                clustering = try KMeans.cluster(contents.units, k: k, isCancelled: tick)
                levels = []
            } else {
                let hierarchy = try NeighbourHierarchy(contents.units, isCancelled: tick)
                levels = hierarchy.levels.map(\.count)
                guard let level = hierarchy.level(atMost: maximum) ?? hierarchy.levels.last else {
                    throw .tooFewSamples(needed: 1, found: 0)
                }
                clustering = level
            }
            groups = clustering.members(of: contents.units).sorted { ($1.count, $0.first ?? 0) < ($0.count, $1.first ?? 0) }
        } catch {
            throw .learning(error.description)
        }
    }
}
