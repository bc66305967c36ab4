import Frames
import Operators
import Predictions
import Settings
import Testing

/// A box given in per cent of the frame.
func box(_ left: Double, _ top: Double, _ right: Double, _ bottom: Double) -> Box {
    func units(_ percent: Double) -> Int32 { Int32((percent / 100 * Double(Box.unit)).rounded()) }
    return Box(left: units(left), top: units(top), right: units(right), bottom: units(bottom))
}

func seen(_ concepts: (String, Double)..., at box: Box = .wholeFrame) -> Prediction {
    Prediction(box: box, concepts: concepts.map { ScoredConcept($0.0, Score($0.1)) })
}

func moment(_ sequence: UInt64 = 0, seconds: Double = 0, size: Size = Size(width: 640, height: 480)) -> Moment {
    Moment(sequence: sequence, timestamp: Timestamp(nanoseconds: Int64(seconds * 1e9)), frameSize: size)
}

/// What a piece of YAML reads as, and what is wrong with it.
func reading<Value>(_ yaml: String, _ read: (Section) -> Value?) throws -> (value: Value?, issues: [String]) {
    let collector = IssueCollector(file: "w.yaml")
    let section = Section(try SettingsDocument.parse(yaml, file: "w.yaml"), collector)
    let value = read(section)
    section.finish()
    return (value, collector.issues.map(\.description))
}

/// The rule that a piece of YAML describes; fails the test when it has issues.
func rule<Rule: Operator>(_ type: Rule.Type, _ yaml: String, concepts: [String]? = nil) throws -> Rule {
    let (value, issues) = try reading(yaml) { Rule($0, Vocabulary(concepts)) }
    #expect(issues == [])
    return try #require(value)
}

/// The issues that a piece of YAML has as a rule; the rule must then be refused.
func issues<Rule: Operator>(_ type: Rule.Type, _ yaml: String, concepts: [String]? = nil) throws -> [String] {
    let (value, issues) = try reading(yaml) { Rule($0, Vocabulary(concepts)) }
    #expect(value == nil)
    return issues
}
