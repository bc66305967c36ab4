import FoundationEssentials
import Glibc
import Inference
import TFLite
import TestKit
import Testing

/// Damaged models that load are planned and run: nothing traps, nothing takes long, and all kernels give the same bits.
///
/// `PICKET_FUZZ_MUTANTS` sets how many mutants of each model are tried (and brings in the large models of the zoo), `PICKET_FUZZ_SEED` the
/// first seed, `PICKET_FUZZ_MODEL` one model by its name. Mutant i is made by `ModelMutator(seed: seed + i)`, every third one by damage
/// anywhere and the others by damage to the numbers. With `PICKET_FUZZ_TRACE` each seed is printed to the standard error before it runs,
/// so that a trap can be made again; with `PICKET_FUZZ_REASONS` each refusal is printed.
@Suite("Hostile models", .serialized)
struct HostileModelTests {
    static let environment = ProcessInfo.processInfo.environment
    static let requestedCount = environment["PICKET_FUZZ_MUTANTS"].flatMap { Int($0) }
    static let firstSeed = environment["PICKET_FUZZ_SEED"].flatMap { UInt64($0) } ?? 1
    static let operatorNames = OperatorModels.all.map(\.name).filter(isRequested)
    /// Those whose runs take milliseconds; all of them when a number of mutants is asked for.
    static let zooNames = Zoo.models.filter { name in
        guard isRequested(name), let manifest = try? Zoo.manifest(name), let bytes = try? Zoo.modelBytes(manifest) else { return false }
        return requestedCount != nil || bytes.count < 400_000
    }

    static func isRequested(_ name: String) -> Bool { environment["PICKET_FUZZ_MODEL"].map { $0 == name } ?? true }

    @Test(arguments: operatorNames)
    func operatorRunsAsItIs(name: String) throws {
        let bytes = try #require(OperatorModels.all.first { $0.name == name }).bytes
        let trial = HostileTrial(bytes, seed: 1, includesReference: true)
        guard case .ran = trial.outcome, trial.disagreement == nil else {
            Issue.record("\(name): \(trial.outcome) \(trial.disagreement ?? "")")
            return
        }
    }

    @Test func mutantsOfSingleOperatorsAreRefusedOrRun() throws {
        var total = Tally()
        for (name, bytes) in OperatorModels.all where Self.isRequested(name) {
            total.add(run(name, bytes, count: Self.requestedCount ?? 60, referenceStep: 1))
        }
        total.report("single operators")
    }

    @Test(arguments: zooNames)
    func mutantsOfRealModelsAreRefusedOrRun(name: String) throws {
        let bytes = try Zoo.modelBytes(try Zoo.manifest(name))
        run(name, bytes, count: Self.requestedCount ?? 300, referenceStep: 16).report(name)
    }

    /// - Parameter referenceStep: every how manyth mutant also runs on the scalar norm.
    private func run(_ name: String, _ original: [UInt8], count: Int, referenceStep: Int) -> Tally {
        let anatomy = ModelAnatomy(original)
        var tally = Tally()
        for index in 0..<count {
            let seed = Self.firstSeed + UInt64(index)
            if Self.environment["PICKET_FUZZ_TRACE"] != nil { Self.trace("\(name) \(seed)\n") }
            var mutator = ModelMutator(seed: seed)
            let mutant = mutator.mutate(original, anatomy: anatomy, focus: seed % 3 == 0 ? .structure : .arithmetic)
            let trial = HostileTrial(mutant, seed: seed, includesReference: seed % UInt64(referenceStep) == 0)
            #expect(trial.disagreement == nil, "\(name), seed \(seed)")
            #expect(trial.time < .seconds(20), "\(name), seed \(seed)")
            switch trial.outcome {
            case .refused(let reason), .unplanned(let reason):
                #expect(reason.count > 10, "\(name), seed \(seed): '\(reason)'")
                if Self.environment["PICKET_FUZZ_REASONS"] != nil { print("refusal | \(name) | \(seed) | \(reason)") }
            case .ran: break
            }
            tally.add(trial, seed: seed)
        }
        return tally
    }

    /// Not buffered: what is printed last before a trap is what trapped.
    private static func trace(_ line: String) { _ = Array(line.utf8).withUnsafeBytes { write(2, $0.baseAddress, $0.count) } }
}

/// How the mutants of a model fared.
private struct Tally {
    private var counts: (mutants: Int, refused: Int, unplanned: Int, ran: Int) = (0, 0, 0, 0)
    private var slowest = (time: Duration.zero, seed: UInt64(0))

    mutating func add(_ trial: HostileTrial, seed: UInt64) {
        counts.mutants += 1
        switch trial.outcome {
        case .refused: counts.refused += 1
        case .unplanned: counts.unplanned += 1
        case .ran: counts.ran += 1
        }
        if trial.time > slowest.time { slowest = (trial.time, seed) }
    }

    mutating func add(_ other: Tally) {
        counts.mutants += other.counts.mutants
        counts.refused += other.counts.refused
        counts.unplanned += other.counts.unplanned
        counts.ran += other.counts.ran
        if other.slowest.time > slowest.time { slowest = other.slowest }
    }

    func report(_ name: String) {
        print(
            "hostile | \(name) | \(counts.mutants) mutants | \(counts.refused) refused | \(counts.unplanned) unplanned | \(counts.ran) ran "
                + "| slowest \(slowest.time), seed \(slowest.seed) | peak memory \(HostileTrial.peakMemory() / 1024) MB")
    }
}
