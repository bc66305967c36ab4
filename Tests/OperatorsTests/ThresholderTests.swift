import Frames
import Operators
import Predictions
import Settings
import Testing

@Suite struct ConceptThresholderTests {
    @Test func conceptAtItsLimitPasses() throws {
        var operation = try rule(ConceptThresholder.self, "concepts: {person: '>= 0.60', vehicle: '> 0.75'}")
        #expect(operation.process([seen(("person", 0.60))], moment()).count == 1)
        #expect(operation.process([seen(("vehicle", 0.75))], moment()).isEmpty)
        #expect(operation.process([], moment()).isEmpty)
    }

    @Test func othersAreDroppedKeptOrJudged() throws {
        let input = [seen(("dog", 0.9), ("person", 0.7), ("cat", 0.3))]
        func names(_ others: String) throws -> [String] {
            var operation = try rule(ConceptThresholder.self, "concepts: {person: '>= 0.60'}\n" + others)
            return operation.process(input, moment()).flatMap { $0.concepts.map(\.name) }
        }
        #expect(try names("") == ["person"])
        #expect(try names("others: drop") == ["person"])
        #expect(try names("others: keep") == ["dog", "person", "cat"])
        #expect(try names("others: '>= 0.5'") == ["dog", "person"])
    }

    @Test func predictionWithNothingLeftGoesAndOriginsAreKept() throws {
        var operation = try rule(ConceptThresholder.self, "concepts: {person: '>= 0.60'}")
        var lane = Lane()
        operation.process([seen(("person", 0.1)), seen(("person", 0.9)), Prediction(box: .wholeFrame)], moment(), into: &lane)
        #expect(lane.count == 1)
        #expect(lane.origins == [1])
    }

    @Test func ruleSaysWhatItDoes() throws {
        let operation = try rule(ConceptThresholder.self, "concepts: {person: '>=0.60', cat: 0.2..0.8}\nothers: keep")
        #expect(operation.rule == "person >= 0.60, cat in 0.2..0.8, others kept")
    }

    @Test func allMistakesAreToldAtOnce() throws {
        let text = "concepts: {persn: '>= 0.6', person: 0.6, cat: }\nothers: maybe\nthreshold: 1"
        let told = try issues(ConceptThresholder.self, text, concepts: ["person", "cat"])
        #expect(
            told == [
                "w.yaml:1:12: concepts.persn: unknown concept 'persn'; did you mean 'person'?",
                "w.yaml:1:37: concepts.person: '0.6' has no comparison; write \">= 0.6\", or one of > < <= ==",
                "w.yaml:1:42: concepts.cat: has no condition; write \">= 0.60\"",
                "w.yaml:2:9: others: unknown value 'maybe'; write drop, keep, or a condition such as \">= 0.50\"",
                "w.yaml:3:1: threshold: unknown key 'threshold'; known: concepts, others",
            ])
        #expect(
            try issues(ConceptThresholder.self, "others: keep") == [
                "w.yaml:1:1: 'concepts' is missing; write for example concepts: {person: \">= 0.60\"}"
            ])
    }
}

@Suite struct RegionThresholderTests {
    private let size = Size(width: 640, height: 480)

    private func passes(_ yaml: String, _ box: Box, size: Size? = nil) throws -> Bool {
        var operation = try rule(RegionThresholder.self, yaml)
        return !operation.process([seen(("person", 0.9), at: box)], moment(size: size ?? self.size)).isEmpty
    }

    @Test func regionLosesConceptsThenItself() throws {
        var operation = try rule(RegionThresholder.self, "concepts: {person: '>= 0.60', dog: '>= 0.60'}\nothers: drop")
        let output = operation.process([seen(("person", 0.9), ("dog", 0.5)), seen(("dog", 0.5))], moment())
        #expect(output.map { $0.concepts.map(\.name) } == [["person"]])
    }

    @Test func areaIsAShareOfTheFrameComparedExactly() throws {
        // 6.25 % of the frame is a quarter of each axis.
        let quarter = Box(left: 0, top: 0, right: 16_384, bottom: 16_384)
        #expect(try passes("area: '>= 6.25%'", quarter))
        #expect(try !passes("area: '> 6.25%'", quarter))
        #expect(try !passes("area: '>= 6.25%'", Box(left: 1, top: 0, right: 16_384, bottom: 16_384)))
    }

    @Test func areaCountsOnlyWhatLiesInTheFrame() throws {
        #expect(try passes("area: '<= 25%'", box(-50, -50, 50, 50)))
        #expect(try !passes("area: '> 0%'", box(110, 0, 150, 50)))
    }

    @Test func widthAndHeightAreInPercentOrPixels() throws {
        let tenth = Box(left: 0, top: 0, right: 6_554, bottom: 65_536)
        #expect(try passes("width: '>= 10%'", tenth))
        #expect(try passes("width: '>= 64px'", tenth))
        #expect(try !passes("width: '>= 65px'", tenth))
        #expect(try passes("height: '480px..480px'", tenth))
        #expect(try !passes("height: '< 100%'", tenth))
    }

    @Test func aspectIsInPixelsNotInFrameShares() throws {
        // As many pixels wide as tall: 120 x 120 of 640 x 480.
        let square = Box(left: 0, top: 0, right: 12_288, bottom: 16_384)
        #expect(try passes("aspect: '== 1'", square))
        #expect(try !passes("aspect: '== 1'", square, size: Size(width: 480, height: 480)))
        #expect(try passes("aspect: '0.75..0.75'", square, size: Size(width: 480, height: 480)))
        #expect(try !passes("aspect: '>= 0'", Box(left: 0, top: 5, right: 9, bottom: 5)), "a region without height has no aspect")
    }

    @Test func wrongLimitsAreTold() throws {
        #expect(
            try issues(RegionThresholder.self, "area: '>= 0.5'\nwidth: '>= 32'\nheight: '>= 5mm'\naspect: '>= 0.33333'") == [
                "w.yaml:1:7: area: '0.5' has no unit; write 0.5%",
                "w.yaml:2:8: width: '>= 32' has no unit; write % of the frame's width, or px, as in \">= 32px\"",
                "w.yaml:3:9: height: '>= 5mm' has no unit; write % of the frame's height, or px, as in \">= 32px\"",
                "w.yaml:4:9: aspect: '0.33333' is not valid here; a ratio is in 0...1000, with at most four decimals",
            ])
        let nothing = try issues(RegionThresholder.self, "{}")
        #expect(nothing.count == 1 && nothing[0].contains("has no condition, so everything would pass"))
    }

    @Test func ruleNamesConceptsAndShape() throws {
        let operation = try rule(RegionThresholder.self, "concepts: {person: '>= 0.60'}\narea: '>= 0.5%'\nwidth: 10%..90%")
        #expect(operation.rule == "person >= 0.60, others dropped, area >= 0.5%, width in 10%..90%")
    }
}
