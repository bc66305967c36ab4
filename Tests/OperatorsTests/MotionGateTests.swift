import Frames
import Operators
import Predictions
import Settings
import Testing

@Suite struct MotionGateTests {
    private let image = [Prediction(box: .wholeFrame)]

    private func grid(_ level: UInt8, moved: Range<Int> = 0..<0, by difference: UInt8 = 40) -> LumaGrid {
        var grid = LumaGrid(means: [UInt8](repeating: level, count: LumaGrid.columns * LumaGrid.rows))
        for index in moved { grid.means[index] += difference }
        return grid
    }

    /// Passes each grid at a tenth of a second and tells which frames passed.
    private func passes(_ gate: MotionGate, _ grids: [LumaGrid], at seconds: (Int) -> Double = { Double($0) / 10 }) -> [Int] {
        var gate = gate
        return grids.indices.filter { index in
            var lane = Lane()
            let passed = gate.process(image, grids[index], moment(UInt64(index), seconds: seconds(index)), into: &lane)
            #expect(passed == !lane.isEmpty)
            return passed
        }
    }

    private let quick = MotionGate(threshold: 12, area: 10_000, hold: .zero, refresh: .seconds(1000))

    @Test func firstFramePassesAndAStillSceneDoesNot() {
        #expect(passes(quick, [LumaGrid](repeating: grid(80), count: 10)) == [0])
    }

    @Test func motionPasses() {
        // 8 of 768 blocks are just above 1 %.
        #expect(passes(quick, [grid(80), grid(80), grid(80, moved: 100..<108), grid(80)]) == [0, 2])
        #expect(passes(quick, [grid(80), grid(80), grid(80, moved: 100..<107), grid(80)]) == [0])
    }

    @Test func differenceMustReachTheThreshold() {
        #expect(passes(quick, [grid(80), grid(80, moved: 0..<50, by: 12)]) == [0, 1])
        #expect(passes(quick, [grid(80), grid(80, moved: 0..<50, by: 11)]) == [0])
    }

    @Test func brightnessAllOverIsNoMotion() {
        #expect(passes(quick, [grid(80), grid(140), grid(20), grid(21)]) == [0])
        #expect(passes(quick, [grid(80), grid(140, moved: 0..<50), grid(140, moved: 0..<50)]).contains(1), "motion is seen in spite of it")
    }

    @Test func lampThatLightsMostOfTheSceneIsNoMotion() {
        var lit = grid(80)
        for index in lit.means.indices where index % 10 != 0 { lit.means[index] = UInt8(90 + index % 100) }
        #expect(passes(quick, [grid(80), lit, lit]) == [0])
    }

    @Test func motionIsHeld() {
        let gate = MotionGate(threshold: 12, area: 10_000, hold: .milliseconds(300), refresh: .seconds(1000))
        let grids = [grid(80), grid(80), grid(80, moved: 0..<50)] + [LumaGrid](repeating: grid(80), count: 6)
        #expect(passes(gate, grids) == [0, 2, 3, 4, 5])
    }

    @Test func stillSceneIsRefreshed() {
        let gate = MotionGate(threshold: 12, area: 10_000, hold: .zero, refresh: .milliseconds(500))
        #expect(passes(gate, [LumaGrid](repeating: grid(80), count: 12)) == [0, 5, 10])
    }

    @Test func clipThatStartsAgainPasses() {
        let gate = MotionGate(threshold: 12, area: 10_000, hold: .zero, refresh: .seconds(5))
        #expect(passes(gate, [LumaGrid](repeating: grid(80), count: 4)) { [10, 11, 0, 1][$0] } == [0, 2])
    }

    @Test func onlyMotionInTheImageCounts() {
        var gate = quick
        let corner = [Prediction(box: box(0, 0, 25, 25))]
        var lane = Lane()
        _ = gate.process(corner, grid(80), moment(seconds: 0), into: &lane)
        let bottom = 700..<768
        var still = Lane()
        #expect(!gate.process(corner, grid(80, moved: bottom), moment(1, seconds: 0.1), into: &still))
        #expect(gate.process(corner, grid(80, moved: 0..<40), moment(2, seconds: 0.2), into: &still))
    }

    @Test func settingsAreRead() throws {
        let (gate, none) = try reading("threshold: 20\narea: 2.5%\nhold: 1s\nrefresh: 1min") { MotionGate($0, .none) }
        #expect(none == [])
        #expect(gate?.rule == "motion of 20 levels in 2.5% of the image, held 1s, refreshed every 1min")
        let (wrong, issues) = try reading("threshold: 0\narea: 0%\nhold: 1") { MotionGate($0, .none) }
        #expect(wrong == nil)
        #expect(issues.count == 3)
    }

    @Test func gridOfAnotherSizeIsIgnored() {
        #expect(passes(quick, [grid(80), LumaGrid(means: [1, 2, 3]), grid(80)]) == [0])
    }
}
