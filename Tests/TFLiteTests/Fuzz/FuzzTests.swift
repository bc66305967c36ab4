import FoundationEssentials
import TFLite
import TestKit
import Testing

/// Damaged models are refused or load, quickly, and the same way each time; nothing traps.
///
/// `PICKET_FUZZ_MUTANTS` sets how many mutants of each model are tried, `PICKET_FUZZ_SEED` the first seed. Mutant i of a model is made by
/// `ModelMutator(seed: seed + i)`, so any of them can be made again alone; with `PICKET_FUZZ_TRACE` each seed is printed before it runs,
/// with `PICKET_FUZZ_REASONS` each refusal.
@Suite("Damaged models", .serialized)
struct FuzzTests {
    static let environment = ProcessInfo.processInfo.environment
    static let count = environment["PICKET_FUZZ_MUTANTS"].flatMap { Int($0) } ?? 500
    static let firstSeed = environment["PICKET_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1

    @Test(arguments: ZooModels.names)
    func mutantsOfRealModelsAreRefusedOrLoad(name: String) throws {
        try run(name, try ZooModels.bytes(name))
    }

    @Test func mutantsOfSmallModelsAreRefusedOrLoad() throws {
        try run("small convolution", SmallModels.convolution().file())
        try run("small detection", SmallModels.detection().file())
        try run("small metadata", MetadataModel().file())
    }

    private func run(_ name: String, _ original: [UInt8]) throws {
        let anatomy = ModelAnatomy(original)
        let clock = ContinuousClock()
        var accepted = 0
        var refused = 0
        var slowest = Duration.zero
        let memory = Self.peakMemory()
        for index in 0..<Self.count {
            let seed = Self.firstSeed + UInt64(index)
            if Self.environment["PICKET_FUZZ_TRACE"] != nil { print("\(name) \(seed)") }
            var mutator = ModelMutator(seed: seed)
            let mutant = mutator.mutate(original, anatomy: anatomy)
            let start = clock.now
            let verdict = Self.verdict(mutant)
            let time = clock.now - start
            slowest = max(slowest, time)
            #expect(time < .seconds(1), "\(name), seed \(seed)")
            switch verdict {
            case .none: accepted += 1
            case .some(let reason):
                if Self.environment["PICKET_FUZZ_REASONS"] != nil { print("refused | \(name) | \(seed) | \(reason)") }
                refused += 1
                #expect(reason.count > 10, "\(name), seed \(seed): '\(reason)'")
            }
            if index % 16 == 0 { #expect(Self.verdict(mutant) == verdict, "\(name), seed \(seed)") }
        }
        let growth = (Self.peakMemory() - memory) / 1024
        print("fuzz | \(name) | \(accepted) accepted | \(refused) refused | slowest \(slowest) | peak memory +\(growth) MB")
    }

    /// Nil when the model loads.
    private static func verdict(_ bytes: [UInt8]) -> String? {
        do {
            _ = try ModelFileReader.read(bytes, name: "mutant").metadata()
            return nil
        } catch {
            return error.description
        }
    }

    /// The largest resident size so far, in KB.
    private static func peakMemory() -> Int {
        guard let data = FileManager.default.contents(atPath: "/proc/self/status") else { return 0 }
        let text = String(decoding: data, as: UTF8.self)
        let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
        return line.flatMap { Int($0.filter(\.isNumber)) } ?? 0
    }
}
