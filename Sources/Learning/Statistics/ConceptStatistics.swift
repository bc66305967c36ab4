/// What a linear head needs to know of its samples: how many there are of each concept, their sum, and the second moment of all.
///
/// Integers throughout: the order in which samples come and go does not matter, and statistics that were added to and forgotten from are
/// equal bit for bit to those rebuilt from the samples that are left. No floating point, no I/O; 4 MiB at 1024 dimensions.
package struct ConceptStatistics: Sendable, Hashable {
    /// With elements within ±2^14, all sums stay below 2^52: far from Int64's limit, and exact as doubles.
    package static let sampleLimit = 1 << 24

    package struct Concept: Sendable, Hashable {
        package let name: String
        package fileprivate(set) var count: Int
        /// [D], the sum of the samples' elements.
        package fileprivate(set) var sum: [Int64]

        package init(name: String, count: Int, sum: [Int64]) {
            self.name = name
            self.count = count
            self.sum = sum
        }
    }

    package let dimension: Int
    /// By name; each with at least one sample.
    package private(set) var concepts: [Concept] = []
    /// The sum over all samples of x[i] * x[j] at i * (i + 1) / 2 + j for j <= i: [D * (D + 1) / 2].
    package private(set) var secondMoment: [Int64]

    /// - Throws: `unsupportedDimension`.
    package init(dimension: Int) throws(LearningError) {
        guard UnitEmbedding.dimensions.contains(dimension) else {
            throw .unsupportedDimension(dimension, allowed: UnitEmbedding.dimensions)
        }
        self.dimension = dimension
        secondMoment = [Int64](repeating: 0, count: dimension * (dimension + 1) / 2)
    }

    package var sampleCount: Int { concepts.reduce(0) { $0 + $1.count } }

    package subscript(name: String) -> Concept? {
        let place = place(of: name)
        return place < concepts.count && concepts[place].name == name ? concepts[place] : nil
    }

    // MARK: Samples come and go

    /// Adds samples of a concept: D^2 / 2 multiplications each; seven at once cost little more than one.
    /// - Throws: `dimensionMismatch`, `tooManySamples`; nothing has changed then.
    package mutating func add(
        _ samples: some Collection<UnitEmbedding>, to concept: String, _ kernels: VectorKernels = .best
    ) throws(LearningError) {
        try check(samples)
        guard !samples.isEmpty else { return }
        guard sampleCount <= Self.sampleLimit - samples.count else { throw .tooManySamples(limit: Self.sampleLimit) }
        let place = place(of: concept)
        if place == concepts.count || concepts[place].name != concept {
            concepts.insert(Concept(name: concept, count: 0, sum: [Int64](repeating: 0, count: dimension)), at: place)
        }
        concepts[place].count += samples.count
        concepts[place].sum = Self.sum(samples, from: concepts[place].sum, sign: 1)
        addMoment(samples, sign: 1, kernels)
    }

    package mutating func add(_ sample: UnitEmbedding, to concept: String) throws(LearningError) { try add([sample], to: concept) }

    /// Takes back samples that were added to a concept; the concept goes with its last sample.
    /// - Throws: `unknownConcept`, `dimensionMismatch`; `forgottenSampleWasNotAdded` when more are taken back than were added, or the last
    ///   one leaves a sum that is not zero. Nothing has changed then.
    package mutating func forget(
        _ samples: some Collection<UnitEmbedding>, of concept: String, _ kernels: VectorKernels = .best
    ) throws(LearningError) {
        try check(samples)
        let place = place(of: concept)
        guard place < concepts.count, concepts[place].name == concept else { throw .unknownConcept(concept) }
        guard samples.count <= concepts[place].count else { throw .forgottenSampleWasNotAdded(concept: concept) }
        let sum = Self.sum(samples, from: concepts[place].sum, sign: -1)
        if samples.count == concepts[place].count {
            guard sum.allSatisfy({ $0 == 0 }) else { throw .forgottenSampleWasNotAdded(concept: concept) }
            concepts.remove(at: place)
        } else {
            concepts[place].count -= samples.count
            concepts[place].sum = sum
        }
        addMoment(samples, sign: -1, kernels)
    }

    /// Removes a concept; the second moment is shared, so that all of its samples are needed.
    /// - Throws: as `forget`; also when samples of the concept are missing.
    package mutating func remove(
        _ concept: String, samples: some Collection<UnitEmbedding>, _ kernels: VectorKernels = .best
    ) throws(LearningError) {
        if let count = self[concept]?.count, count != samples.count { throw .forgottenSampleWasNotAdded(concept: concept) }
        try forget(samples, of: concept, kernels)
    }

    /// The statistics of the samples of both.
    /// - Throws: `dimensionMismatch`, `tooManySamples`; nothing has changed then.
    package mutating func merge(_ other: ConceptStatistics) throws(LearningError) {
        guard other.dimension == dimension else { throw .dimensionMismatch(expected: dimension, found: other.dimension) }
        guard sampleCount <= Self.sampleLimit - other.sampleCount else { throw .tooManySamples(limit: Self.sampleLimit) }
        for concept in other.concepts {
            let place = place(of: concept.name)
            if place < concepts.count, concepts[place].name == concept.name {
                concepts[place].count += concept.count
                for index in 0..<dimension { concepts[place].sum[index] += concept.sum[index] }
            } else {
                concepts.insert(concept, at: place)
            }
        }
        for index in secondMoment.indices { secondMoment[index] += other.secondMoment[index] }
    }

    // MARK: Storage

    /// Statistics as they were stored.
    /// - Throws: `dimensionMismatch` or `invalidSetting` when they contradict themselves: a wrong length, an unordered or empty concept, a
    ///   second moment whose diagonal is negative or too large for the number of samples.
    package init(dimension: Int, concepts: [Concept], secondMoment: [Int64]) throws(LearningError) {
        try self.init(dimension: dimension)
        guard secondMoment.count == self.secondMoment.count else {
            throw .dimensionMismatch(expected: self.secondMoment.count, found: secondMoment.count)
        }
        var total = 0
        for (index, concept) in concepts.enumerated() {
            guard concept.sum.count == dimension else { throw .dimensionMismatch(expected: dimension, found: concept.sum.count) }
            guard (1...Self.sampleLimit).contains(concept.count), index == 0 || concepts[index - 1].name < concept.name else {
                throw .invalidSetting(
                    name: "concept '\(concept.name)'", value: "\(concept.count) samples", allowed: "by name, at least one")
            }
            let limit = UInt64(concept.count) << 14
            guard concept.sum.allSatisfy({ $0.magnitude <= limit }) else {
                throw .invalidSetting(name: "concept '\(concept.name)'", value: "a sum", allowed: "at most \(limit) in magnitude")
            }
            total += concept.count
            guard total <= Self.sampleLimit else { throw .tooManySamples(limit: Self.sampleLimit) }
        }
        let limit = UInt64(total) << 28
        guard secondMoment.allSatisfy({ $0.magnitude <= limit }) else {
            throw .invalidSetting(name: "second moment", value: "an element", allowed: "at most \(limit) in magnitude")
        }
        self.concepts = concepts
        self.secondMoment = secondMoment
    }

    // MARK: Parts

    private func check(_ samples: some Collection<UnitEmbedding>) throws(LearningError) {
        if let other = samples.first(where: { $0.dimension != dimension }) {
            throw .dimensionMismatch(expected: dimension, found: other.dimension)
        }
    }

    /// Where a concept is or would be.
    private func place(of name: String) -> Int {
        var (low, high) = (0, concepts.count)
        while low < high {
            let middle = (low + high) / 2
            if concepts[middle].name < name { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private static func sum(_ samples: some Collection<UnitEmbedding>, from start: [Int64], sign: Int64) -> [Int64] {
        var sum = start
        for sample in samples {
            for index in sum.indices { sum[index] += sign * Int64(sample.elements[index]) }
        }
        return sum
    }

    private mutating func addMoment(_ samples: some Collection<UnitEmbedding>, sign: Int64, _ kernels: VectorKernels) {
        var rows: [Int16] = []
        rows.reserveCapacity(VectorKernels.momentRows * dimension)
        for sample in samples {
            rows += sample.elements
            if rows.count == VectorKernels.momentRows * dimension {
                kernels.addMoment(rows, dimension: dimension, sign: sign, to: &secondMoment)
                rows.removeAll(keepingCapacity: true)
            }
        }
        kernels.addMoment(rows, dimension: dimension, sign: sign, to: &secondMoment)
    }
}
