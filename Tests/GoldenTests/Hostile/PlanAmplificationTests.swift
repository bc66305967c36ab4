import Inference
import ModelGraph
import TFLite
import TestKit
import Testing

/// Small files that load but ask the planner for much: refused at once, or planned quickly. Found by reading the code.
@Suite("Amplification by plans", .serialized)
struct PlanAmplificationTests {
    /// One byte for each channel in the file becomes 16 words of two bytes, and the file shares the weights.
    @Test func packedWeightsOfThinLayersAreBounded() throws {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 1], scales: [1], zeroPoints: [0])
        let weights = model.tensor("w", .int8, [1 << 16, 1], scales: [1], zeroPoints: [0], bytes: [UInt8](repeating: 1, count: 1 << 16))
        model.inputs = [x]
        for _ in 0..<30 {
            let y = model.tensor("y", .int8, [1, 1 << 16], scales: [1], zeroPoints: [0])
            model.add(9, inputs: [x, weights], outputs: [y], optionsType: 8)
            model.outputs = [y]
        }
        let bytes = model.file()
        #expect(bytes.count < 100_000)
        let (reason, time) = try plan(bytes, PlanLimits(packedByteCount: 64 << 20))
        #expect(reason?.contains("bytes for packed weights and tables, the limit is 67108864") == true, "\(reason ?? "planned")")
        #expect(time < .milliseconds(500))
    }

    /// A row for each line of the output, many times over.
    @Test func tablesOfResizesAreBounded() throws {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 1, 1, 1], scales: [1], zeroPoints: [0])
        let size = model.integers([16_384, 1])
        model.inputs = [x]
        for _ in 0..<300 {
            let y = model.tensor("y", .int8, [1, 16_384, 1, 1], scales: [1], zeroPoints: [0])
            model.add(23, inputs: [x, size], outputs: [y], optionsType: 15)
            model.outputs = [y]
        }
        let (reason, time) = try plan(model.file(), PlanLimits(packedByteCount: 64 << 20))
        #expect(reason?.contains("bytes for packed weights and tables, the limit is 67108864") == true, "\(reason ?? "planned")")
        #expect(time < .milliseconds(500))
    }

    /// As many blocks as the planner takes, all alive at the same time.
    @Test func thousandsOfTensorsArePlannedQuickly() throws {
        var model = TFLiteBuilder()
        let x = model.tensor("x", .int8, [1, 16], scales: [1], zeroPoints: [0])
        model.inputs = [x]
        for index in 0..<8_000 {
            let y = model.tensor("y", .int8, [1, 16], scales: [1], zeroPoints: [0])
            model.add(19, inputs: [x], outputs: [y])
            if index < 4_000 { model.outputs.append(y) }
        }
        let (reason, time) = try plan(model.file(), .default)
        #expect(reason == nil)
        #expect(time < .seconds(5), "\(time)")
    }

    /// Why a model that loads cannot be planned, nil when it can; and how long that took.
    private func plan(_ bytes: [UInt8], _ limits: PlanLimits) throws -> (String?, Duration) {
        let graph = try ModelFileReader.read(bytes, name: "m").graph
        let clock = ContinuousClock()
        let start = clock.now
        do {
            _ = try Plan(graph, limits: limits)
            return (nil, clock.now - start)
        } catch {
            return (error.description, clock.now - start)
        }
    }
}
