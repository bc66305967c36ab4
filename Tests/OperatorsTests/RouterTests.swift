import Operators
import Predictions
import Settings
import Testing

@Suite struct RouterTests {
    private func router(_ yaml: String, concepts: [String]? = nil) throws -> Router {
        let (value, issues) = try reading(yaml) { Router($0, Vocabulary(concepts)) }
        #expect(issues == [])
        return try #require(value)
    }

    private func routed(_ router: Router, _ input: Prediction...) -> [[Int32]] {
        var lanes = [Lane](repeating: Lane(), count: router.laneNames.count)
        router.process(input, into: &lanes)
        return lanes.map(\.origins)
    }

    private let helmets = "routes: {bare: {no_helmet: '>= 0.80'}, fine: {helmet: '>= 0.80'}}\notherwise: unsure"

    @Test func firstMatchWins() throws {
        let router = try router("routes: {sure: {a: '>= 0.8'}, maybe: {a: '>= 0.5'}}")
        #expect(routed(router, seen(("a", 0.8)), seen(("a", 0.79)), seen(("a", 0.4))) == [[0], [1]])
    }

    @Test func allMatchesWinInModeAll() throws {
        let router = try router("mode: all\nroutes: {sure: {a: '>= 0.8'}, maybe: {a: '>= 0.5'}}\notherwise: no")
        #expect(routed(router, seen(("a", 0.8)), seen(("a", 0.5)), seen(("a", 0.4))) == [[0], [0, 1], [2]])
    }

    @Test func otherwiseTakesTheRest() throws {
        let router = try router(helmets)
        #expect(router.laneNames == ["bare", "fine", "unsure"])
        let lanes = routed(router, seen(("helmet", 0.8), ("no_helmet", 0.2)), seen(("no_helmet", 0.9)), seen(("helmet", 0.6)), seen())
        #expect(lanes == [[1], [0], [2, 3]])
        #expect(routed(router) == [[], [], []])
    }

    @Test func allConditionsOfARouteMustHold() throws {
        let router = try router("routes: {both: {a: '>= 0.5', b: '< 0.5'}}")
        #expect(routed(router, seen(("a", 0.9), ("b", 0.4)), seen(("a", 0.9), ("b", 0.5)), seen(("a", 0.9))) == [[0]])
    }

    @Test func absentConceptMeetsNoCondition() throws {
        #expect(routed(try router("routes: {low: {a: '< 0.5'}}"), seen(("b", 0.9))) == [[]])
    }

    @Test func gapsBetweenRoutesAreTold() throws {
        let router = try router("routes: {high: {a: '>= 0.8'}, low: {a: '< 0.5'}}")
        #expect(router.remarks == ["no route takes a at 0.50..0.80; such predictions are dropped; 'otherwise: name' would catch them"])
        #expect(try self.router("routes: {high: {a: '>= 0.5'}, low: {a: '< 0.5'}}").remarks == [])
        #expect(try self.router("routes: {mid: {a: 0.2..0.8}}\notherwise: rest").remarks == [])
    }

    @Test func overlapsBetweenRoutesAreTold() throws {
        #expect(
            try router("routes: {low: {a: '<= 0.6'}, high: {a: '>= 0.5'}}").remarks == [
                "routes 'low' and 'high' both take a at 0.50..0.60; the first one wins"
            ])
        #expect(
            try router("mode: all\nroutes: {low: {a: '<= 0.6'}, high: {a: '>= 0.5'}}").remarks == [
                "routes 'low' and 'high' both take a at 0.50..0.60; such a prediction goes both ways"
            ])
        #expect(
            try router("routes: {low: {a: '<= 0.5'}, high: {a: '>= 0.5'}}").remarks == [
                "routes 'low' and 'high' both take a at 0.50; the first one wins"
            ])
    }

    @Test func routeThatNeverGetsAnythingIsTold() throws {
        let router = try router("routes: {some: {a: '>= 0.5'}, sure: {a: '>= 0.8', b: '>= 0.1'}}\notherwise: rest")
        #expect(router.remarks == ["route 'sure' never gets anything: route 'some' before it takes all of that"])
    }

    @Test func routesOverDifferentConceptsHaveOnlyTheRestAsGap() throws {
        #expect(try router(helmets).remarks == [])
        #expect(
            try router("routes: {bare: {no_helmet: '>= 0.80'}, fine: {helmet: '>= 0.80'}}").remarks == [
                "predictions that match no route are dropped; 'otherwise: name' would catch them"
            ])
    }

    @Test func ruleListsTheRoutes() throws {
        let router = try router(helmets)
        #expect(router.rule == "first match of bare: no_helmet >= 0.80; fine: helmet >= 0.80; otherwise unsure")
        #expect(router.rule(ofLane: 0) == "bare: no_helmet >= 0.80")
        #expect(router.rule(ofLane: 2) == "unsure: no route matched")
    }

    @Test func mistakesAreTold() throws {
        let text = "routes: {a.b: {x: '> 0.5'}, empty: {}, list: [1], c: {y: '>= 2', q: '> 0.1'}}\nmode: any\notherwise: c"
        let (value, issues) = try reading(text) { Router($0, Vocabulary(["x", "y"])) }
        #expect(value == nil)
        #expect(
            issues == [
                "w.yaml:1:10: routes.a.b: 'a.b' is not a name for a route; use letters, digits, - and _",
                "w.yaml:1:29: routes.empty: a route needs at least one condition; write for example {person: \">= 0.60\"}",
                "w.yaml:1:40: routes.list: a route needs at least one condition; write for example {person: \">= 0.60\"}",
                "w.yaml:1:58: routes.c.y: 2 is above 1; a score is in 0...1",
                "w.yaml:1:66: routes.c.q: unknown concept 'q'; known: x, y",
                "w.yaml:2:7: mode: unknown value 'any'; known: all, first",
            ])
        let (_, taken) = try reading("routes: {a: {x: '> 0.5'}}\notherwise: a") { Router($0, .unknown) }
        #expect(taken == ["w.yaml:2:12: otherwise: 'a' is a route already; choose another name"])
        let (_, missing) = try reading("mode: first") { Router($0, .unknown) }
        #expect(missing == ["w.yaml:1:1: a router needs at least one route; write for example routes: {sure: {person: \">= 0.60\"}}"])
    }
}

@Suite struct InputFilterTests {
    @Test func onlyWhatMeetsAllConditionsPasses() throws {
        var filter = try rule(InputFilter.self, "pass: {a: '>= 0.5', b: '<= 0.2'}")
        #expect(filter.rule == "passes a >= 0.5 and b <= 0.2")
        var lane = Lane()
        filter.process([seen(("a", 0.5), ("b", 0.2)), seen(("a", 0.9)), seen(("a", 0.4), ("b", 0.1))], moment(), into: &lane)
        #expect(lane.origins == [0])
        #expect(
            try issues(InputFilter.self, "{}") == ["w.yaml:1:1: 'pass' names no condition; write for example pass: {person: \">= 0.60\"}"])
    }
}

@Suite struct AliasTests {
    @Test func mergedConceptHasTheLargerScore() throws {
        var alias = try rule(Alias.self, "synonyms: {lorry: truck, van: truck}", concepts: ["lorry", "van", "truck", "car"])
        let output = alias.process([seen(("lorry", 0.8), ("car", 0.7), ("truck", 0.6), ("van", 0.2)), seen(("car", 0.1))], moment())
        #expect(output == [seen(("truck", 0.8), ("car", 0.7)), seen(("car", 0.1))])
        #expect(alias.outputVocabulary(from: Vocabulary(["lorry", "car", "truck"])).names == ["truck", "car"])
        #expect(alias.rule == "lorry is truck, van is truck")
    }

    @Test func chainsAndUnknownConceptsAreTold() throws {
        #expect(
            try issues(Alias.self, "synonyms: {lory: truck, lorry: van, van: truck}", concepts: ["lorry", "van"]) == [
                "w.yaml:1:12: synonyms.lory: unknown concept 'lory'; did you mean 'lorry'?",
                "w.yaml:1:32: synonyms.lorry: 'van' is renamed itself; name the last one: lorry: truck",
            ])
    }
}
