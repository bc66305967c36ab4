import Frames
import Glibc
import Settings
import TestKit
import Testing
import Workflow

@Suite struct MutationTests {
    @Test func mutantsOfAWholeFileAreReadOrRefusedWithReasons() throws {
        var (fine, refused, noYAML) = (0, 0, 0)
        let count = getenv("PICKET_FUZZ_MUTANTS").flatMap { Int(String(cString: $0)) } ?? 2_000
        for seed in 0..<count {
            var mutator = TextMutator(seed: UInt64(seed))
            let mutant = mutator.mutant(of: siteYAML)
            guard let root = try? SettingsDocument.parse(mutant, file: "w.yaml") else {
                noYAML += 1
                continue
            }
            let collector = IssueCollector(file: "w.yaml")
            if let definition = Definition.parse(root: root, catalog: SampleCatalog(), sinks: SampleSink.types, issues: collector) {
                fine += 1
                #expect(collector.isEmpty, "seed \(seed)")
                #expect(definition.order.count == definition.nodes.count, "seed \(seed)")
                var executor = Executor(definition, runner: ScriptedRunner())
                for sequence in 0..<3 { _ = try executor.process(frame(UInt64(sequence))) }
            } else {
                refused += 1
                #expect(!collector.isEmpty, "seed \(seed) is refused without a reason")
            }
        }
        #expect(fine > 100 && refused > 100 && noYAML > 100, "\(fine) fine, \(refused) refused, \(noYAML) no YAML")
    }
}
