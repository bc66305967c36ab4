package import Predictions
package import Settings

/// One way out of a router: all of its conditions must hold.
package struct Route: Sendable, Hashable {
    package let name: String
    package let conditions: [Condition]

    package init(name: String, conditions: [Condition]) {
        self.name = name
        self.conditions = conditions
    }

    /// A condition on a concept that the prediction does not carry does not hold, whatever it says.
    package func takes(_ prediction: Prediction) -> Bool {
        conditions.allSatisfy { condition in prediction.score(of: condition.concept).map { condition.comparison.holds($0) } ?? false }
    }

    /// `no_helmet >= 0.80 and person >= 0.60`.
    package var text: String { conditions.map(\.description).joined(separator: " and ") }

    /// Reads `bare: {no_helmet: ">= 0.80"}`.
    static func reading(_ entry: SettingsNode.Entry, _ section: Section, _ vocabulary: Vocabulary) -> Route? {
        guard case .mapping(let entries) = entry.value.content, !entries.isEmpty else {
            section.issues.add(
                at: entry.keyPosition, path: entry.value.path, "a route needs at least one condition",
                suggestion: "write for example {person: \">= 0.60\"}")
            return nil
        }
        return section.conditions(of: entries, .score, vocabulary).map { Route(name: entry.key, conditions: $0) }
    }
}

/// `router`: sends each prediction down the first route that takes it, or down all of them; `otherwise` takes what no route took.
///
/// Not an `Operator`, since it has several ways out.
package struct Router: Sendable {
    package enum Mode: String, Sendable, CaseIterable { case first, all }

    package static let typeName = "router"
    package static let accepts: [PortKind] = [.regions, .concepts]

    /// In the order of the file.
    package let routes: [Route]
    package let mode: Mode
    /// The name of the way out for what no route took; without it such predictions go nowhere.
    package let otherwise: String?

    package init(routes: [Route], mode: Mode = .first, otherwise: String? = nil) {
        self.routes = routes
        self.mode = mode
        self.otherwise = otherwise
    }

    /// Keys `routes` (required), `mode: first | all` (first), `otherwise` (a name). Nil when anything is wrong, with issues.
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        let mode = section.has("mode") ? section.choice("mode", as: Mode.self) : .first
        let otherwise = section.string("otherwise")
        guard let entries = section.entries("routes"), !entries.isEmpty else {
            if section.node["routes"].map({ $0.content == .null || $0.content == .mapping([]) }) ?? true {
                section.complain(
                    "routes", "a router needs at least one route", suggestion: "write for example routes: {sure: {person: \">= 0.60\"}}")
            }
            return nil
        }
        for entry in entries where !Self.isName(entry.key) {
            section.issues.add(
                at: entry.keyPosition, path: entry.value.path, "\(Excerpt.quoted(entry.key)) is not a name for a route",
                suggestion: "use letters, digits, - and _")
        }
        let routes = entries.compactMap { Route.reading($0, section, vocabulary) }
        guard routes.count == entries.count, entries.allSatisfy({ Self.isName($0.key) }), let mode else { return nil }
        if let otherwise, !Self.isName(otherwise) || entries.contains(where: { $0.key == otherwise }) {
            let isTaken = entries.contains { $0.key == otherwise }
            section.complain(
                "otherwise", "\(Excerpt.quoted(otherwise)) is \(isTaken ? "a route already" : "not a name for a route")",
                suggestion: isTaken ? "choose another name" : "use letters, digits, - and _")
            return nil
        }
        self.init(routes: routes, mode: mode, otherwise: otherwise)
    }

    /// Whether a word can name a node or a route: letters, digits, `-` and `_`, at most 64 of them.
    package static func isName(_ word: String) -> Bool {
        guard !word.isEmpty, word.utf8.count <= 64, word.utf8.first != UInt8(ascii: "-") else { return false }
        return word.utf8.allSatisfy { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
            default: byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            }
        }
    }

    /// The names of the lanes that `process` fills, in their order.
    package var laneNames: [String] { routes.map(\.name) + (otherwise.map { [$0] } ?? []) }

    /// `first match of bare: no_helmet >= 0.80; fine: helmet >= 0.80; otherwise unsure`.
    package var rule: String {
        let parts = routes.map { "\($0.name): \($0.text)" } + [otherwise.map { "otherwise \($0)" } ?? "otherwise dropped"]
        return (mode == .first ? "first match of " : "every match of ") + parts.joined(separator: "; ")
    }

    /// The rule of one lane, for explanations.
    package func rule(ofLane lane: Int) -> String {
        routes.indices.contains(lane) ? "\(routes[lane].name): \(routes[lane].text)" : "\(otherwise ?? ""): no route matched"
    }

    /// - Parameter lanes: empty, as many as `laneNames` from `firstLane` on; they take what goes their way.
    package func process(_ input: [Prediction], into lanes: inout [Lane], firstLane: Int = 0) {
        for (index, prediction) in input.enumerated() {
            var wasTaken = false
            for (offset, route) in routes.enumerated() where route.takes(prediction) {
                lanes[firstLane + offset].append(prediction, from: index)
                wasTaken = true
                if mode == .first { break }
            }
            if !wasTaken, otherwise != nil { lanes[firstLane + routes.count].append(prediction, from: index) }
        }
    }
}
