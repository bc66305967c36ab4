import Operators
package import Predictions
package import Settings

/// A kind of node that ends a branch: it takes predictions out of the workflow, to a GPIO line, a log, a queue. Whoever runs the workflow
/// brings these, since a workflow only says what reached them.
package struct SinkType {
    /// The word after `type:`.
    package let name: String
    package let accepts: [PortKind]
    /// Reads the node's own keys and does not finish the section; returns nil when something is wrong, after adding an issue.
    /// The second argument is the node's id.
    package let parse: (Section, String) -> (any Sendable)?

    package init(name: String, accepts: [PortKind] = PortKind.allCases, parse: @escaping (Section, String) -> (any Sendable)?) {
        self.name = name
        self.accepts = accepts
        self.parse = parse
    }
}

/// Every word that can follow `type:`.
struct NodeTypes {
    enum Kind {
        case model(ModelKind)
        case rule(any Operator.Type)
        case router
        case motionGate
        /// A head learned on the device; `isNeighbours` for one that needs no training.
        case head(isNeighbours: Bool)
        case sink(SinkType)

        var accepts: [PortKind] {
            switch self {
            case .model: [.image]
            case .rule(let type): type.accepts
            case .router: Router.accepts
            case .motionGate: MotionGate.accepts
            case .head: EmbeddingClassifier.accepts
            case .sink(let type): type.accepts
            }
        }
    }

    private static let rules: [any Operator.Type] = [
        Alias.self, Clusterer.self, ConceptThresholder.self, Counter.self, ImageCropper.self, InputFilter.self, NofM.self, OnChange.self,
        RandomSampler.self,
        RateLimiter.self, RegionThresholder.self,
    ]

    private let kinds: [String: Kind]

    init(sinks: [SinkType]) {
        var kinds: [String: Kind] = [Router.typeName: .router, MotionGate.typeName: .motionGate]
        kinds[EmbeddingClassifier.typeName] = .head(isNeighbours: false)
        kinds[EmbeddingClassifier.neighboursTypeName] = .head(isNeighbours: true)
        for kind in ModelKind.allCases { kinds[kind.typeName] = .model(kind) }
        for rule in Self.rules { kinds[rule.typeName] = .rule(rule) }
        for sink in sinks { kinds[sink.name] = .sink(sink) }
        self.kinds = kinds
    }

    var names: [String] { kinds.keys.sorted() }

    subscript(name: String) -> Kind? { kinds[name] }
}

/// Which ports fit together, and what to put between those that do not.
enum Pairing {
    /// `a visual-classifier takes images, not the regions of 'people'`.
    static func message(_ kind: PortKind, of source: String, into type: String, accepting accepted: [PortKind]) -> String {
        "\(withArticle(type)) takes \(list(accepted)), not the \(plural(kind)) of '\(source)'"
    }

    static func suggestion(_ kind: PortKind, into type: String, accepting accepted: [PortKind]) -> String {
        switch (kind, type) {
        case (.regions, ConceptThresholder.typeName): return "use a region-thresholder"
        case (.concepts, RegionThresholder.typeName): return "use a concept-thresholder"
        default: break
        }
        if accepted.contains(.image) {
            return kind == .embedding ? "take the images that the embedder takes" : "put an image-cropper between"
        }
        switch kind {
        case .image where accepted.contains(.regions):
            return "put a visual-detector between" + (accepted.contains(.concepts) ? ", or a visual-classifier" : "")
        case .image where accepted.contains(.concepts): return "put a visual-classifier between"
        case .image: return "put a visual-embedder between"
        case .embedding: return "take the output of another node"
        default: return "put an image-cropper and a visual-\(accepted.contains(.embedding) ? "embedder" : "classifier") between"
        }
    }

    /// `a router`, `an alias`.
    static func withArticle(_ type: String) -> String { ("aeiou".contains(type.prefix(1)) ? "an " : "a ") + type }

    static func list(_ kinds: [PortKind]) -> String { kinds.map(plural).joined(separator: " or ") }

    static func plural(_ kind: PortKind) -> String {
        switch kind {
        case .image: "images"
        case .regions: "regions"
        case .concepts: "concepts"
        case .embedding: "embeddings"
        }
    }
}
