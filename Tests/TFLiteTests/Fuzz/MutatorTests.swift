import TFLite
import TestKit
import Testing

@Suite("Model mutator")
struct MutatorTests {
    @Test func sameSeedMakesTheSameMutant() {
        let bytes = SmallModels.convolution().file()
        for seed: UInt64 in 0..<50 {
            var (a, b) = (ModelMutator(seed: seed), ModelMutator(seed: seed))
            #expect(a.mutate(bytes) == b.mutate(bytes))
        }
    }

    @Test func weightsAreLeftAlone() {
        var model = SmallModels.convolution()
        // 100 bytes that occur nowhere else.
        let payload = [UInt8](repeating: 0xA5, count: 100)
        model.buffers.append(.table([0: .bytes(payload)]))
        let bytes = model.file()
        let anatomy = ModelAnatomy(bytes)
        var mutator = ModelMutator(seed: 1)
        for _ in 0..<500 {
            let mutant = mutator.mutate(bytes, anatomy: anatomy)
            guard mutant.count == bytes.count else { continue }
            #expect(mutant.count { $0 == 0xA5 } >= 100)
        }
    }

    @Test func anyBytesCanBeMutated() {
        var mutator = ModelMutator(seed: 1)
        #expect(mutator.mutate([]) == [])
        for count in 1..<64 { #expect(mutator.mutate([UInt8](repeating: 0xFF, count: count)).count <= count) }
    }
}
