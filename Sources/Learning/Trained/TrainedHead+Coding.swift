/// Why bytes are not a stored head.
package enum HeadFormatError: Error, Sendable, Hashable, CustomStringConvertible {
    case notAHead
    /// Written by a newer version.
    case version(Int)
    /// It ends too early, goes on too long, or says something that cannot be.
    case damaged(String)

    package var description: String {
        switch self {
        case .notAHead: "this is not a head"
        case .version(let version): "the head has form \(version), which a newer version of Picket wrote"
        case .damaged(let reason): "the head is damaged: \(reason)"
        }
    }
}

extension TrainedHead {
    private static let magic = Array("PKHEAD".utf8)
    private static let version: UInt16 = 1
    /// Bounds what a damaged head can ask for.
    private static let maximumConceptCount = 10_000

    /// The head as bytes, little-endian: settings, projection, evidence. The whole is checked by its owner (a digest, or the database).
    package func encoded() -> [UInt8] {
        var writer = ByteWriter()
        writer.bytes = Self.magic
        writer.write(Self.version)
        writer.write(space.embedderDigest)
        writer.write(UInt32(space.inputDimension))
        writer.write(UInt32(space.projection?.dimension ?? 0))
        if let projection = space.projection {
            writer.write(projection.components)
            writer.write(projection.offsets)
            writer.write(projection.explained.map(\.bitPattern))
        }
        write(method, to: &writer)
        writer.write(UInt8(noveltyLimit == nil ? 0 : 1))
        writer.write(noveltyLimit ?? 0)
        switch evidence {
        case .samples(let samples):
            writer.write(UInt8(0))
            writer.write(UInt32(samples.count))
            for (name, group) in samples.sorted(by: { $0.key < $1.key }) {
                writer.write(name)
                writer.write(UInt32(group.count))
                for sample in group { writer.write(sample.elements) }
            }
        case .statistics(let statistics):
            writer.write(UInt8(1))
            writer.write(UInt32(statistics.concepts.count))
            for concept in statistics.concepts {
                writer.write(concept.name)
                writer.write(UInt32(concept.count))
                writer.write(concept.sum)
            }
            writer.write(statistics.secondMoment)
        }
        return writer.bytes
    }

    private func write(_ method: HeadMethod, to writer: inout ByteWriter) {
        switch method {
        case .discriminant(let settings):
            writer.write(UInt8(0))
            writer.write(settings.shrinkage.bitPattern)
            writer.write(settings.temperature.bitPattern)
            writer.write(UInt8(settings.priors == .uniform ? 0 : 1))
        case .nearestNeighbours(let k):
            writer.write(UInt8(1))
            writer.write(UInt32(k))
        case .nearestMean: writer.write(UInt8(2))
        case .imprinting: writer.write(UInt8(3))
        }
    }

    /// Reads a head that `encoded()` wrote, and fits it.
    /// - Throws: `HeadFormatError`; every mistake in the bytes is an error, and memory is bounded by their number.
    package init(decoding bytes: [UInt8], _ kernels: VectorKernels = .best) throws(HeadFormatError) {
        var reader = ByteReader(bytes)
        guard bytes.starts(with: Self.magic) else { throw .notAHead }
        _ = try reader.bytes(Self.magic.count)
        let version = try reader.integer(UInt16.self)
        guard version == Self.version else { throw .version(Int(version)) }
        let space = try Self.space(&reader)
        let method = try Self.method(&reader)
        let hasLimit = try reader.integer(UInt8.self) != 0
        let limit = try reader.integer(Int64.self)
        let evidence = try Self.evidence(&reader, dimension: space.dimension)
        guard reader.isAtEnd else { throw .damaged("it goes on behind its end") }
        do throws(LearningError) {
            try self.init(space: space, method: method, evidence: evidence, noveltyLimit: hasLimit ? limit : nil, kernels)
        } catch {
            throw .damaged(error.description)
        }
    }

    private static func space(_ reader: inout ByteReader) throws(HeadFormatError) -> EmbeddingSpace {
        let digest = try reader.text()
        let inputDimension = Int(try reader.integer(UInt32.self))
        let dimension = Int(try reader.integer(UInt32.self))
        guard UnitEmbedding.dimensions.contains(inputDimension), dimension <= inputDimension else {
            throw .damaged("vectors of \(inputDimension) elements, \(dimension) of them kept")
        }
        guard dimension > 0 else {
            return try learned { () throws(LearningError) in try EmbeddingSpace(embedderDigest: digest, inputDimension: inputDimension) }
        }
        let components = try reader.integers(Int16.self, count: dimension * inputDimension)
        let offsets = try reader.integers(Int64.self, count: dimension)
        let explained = try reader.integers(UInt64.self, count: dimension).map { Double(bitPattern: $0) }
        return try learned { () throws(LearningError) in
            let projection = try Projection(
                inputDimension: inputDimension, components: components, offsets: offsets, explained: explained)
            return try EmbeddingSpace(embedderDigest: digest, inputDimension: inputDimension, projection: projection)
        }
    }

    private static func method(_ reader: inout ByteReader) throws(HeadFormatError) -> HeadMethod {
        switch try reader.integer(UInt8.self) {
        case 0:
            var settings = DiscriminantSettings(shrinkage: Double(bitPattern: try reader.integer(UInt64.self)))
            settings.temperature = Double(bitPattern: try reader.integer(UInt64.self))
            settings.priors = try reader.integer(UInt8.self) == 0 ? .uniform : .bySamples
            return .discriminant(settings)
        case 1: return .nearestNeighbours(k: Int(try reader.integer(UInt32.self)))
        case 2: return .nearestMean
        case 3: return .imprinting
        case let other: throw .damaged("method \(other)")
        }
    }

    private static func evidence(_ reader: inout ByteReader, dimension: Int) throws(HeadFormatError) -> Evidence {
        let kind = try reader.integer(UInt8.self)
        let conceptCount = Int(try reader.integer(UInt32.self))
        guard kind <= 1, conceptCount <= maximumConceptCount else { throw .damaged("evidence \(kind) of \(conceptCount) concepts") }
        if kind == 0 {
            var samples: [String: [UnitEmbedding]] = [:]
            for _ in 0..<conceptCount {
                let name = try reader.text()
                let count = Int(try reader.integer(UInt32.self))
                var group: [UnitEmbedding] = []
                for _ in 0..<count {
                    let elements = try reader.integers(Int16.self, count: dimension)
                    group.append(try learned { () throws(LearningError) in try UnitEmbedding(stored: elements) })
                }
                guard samples.updateValue(group, forKey: name) == nil else { throw .damaged("concept '\(name)' twice") }
            }
            return .samples(samples)
        }
        var concepts: [ConceptStatistics.Concept] = []
        for _ in 0..<conceptCount {
            let name = try reader.text()
            let count = Int(try reader.integer(UInt32.self))
            concepts.append(ConceptStatistics.Concept(name: name, count: count, sum: try reader.integers(Int64.self, count: dimension)))
        }
        let moment = try reader.integers(Int64.self, count: dimension * (dimension + 1) / 2)
        let all = concepts
        return .statistics(
            try learned { () throws(LearningError) in try ConceptStatistics(dimension: dimension, concepts: all, secondMoment: moment) })
    }

    /// What cannot be learned from was not written by `encoded()`.
    private static func learned<T>(_ body: () throws(LearningError) -> T) throws(HeadFormatError) -> T {
        do { return try body() } catch { throw .damaged(error.description) }
    }
}
