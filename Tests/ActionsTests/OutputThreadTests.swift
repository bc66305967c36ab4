import Actions
import Frames
import Synchronization
import Testing

/// The real thread on the real clock with simulated lines. Lower bounds are exact, upper bounds are generous: the machine may be busy.
@Suite(.serialized) struct OutputThreadTests {
    private let chip = SimulatedChip()
    private let clock = TestClock()
    private var line: OutputSettings.Line.Place { .offset(17) }

    /// Waits until something is so, at most ten seconds.
    private func eventually(_ what: Comment, _ condition: () -> Bool) async throws {
        for _ in 0..<10_000 {
            if condition() { return }
            try await Task.sleep(for: .milliseconds(1))
        }
        Issue.record(what)
    }

    private func edges(_ thread: OutputThread) -> [String] {
        thread.takeEvents().events.filter { $0.edge != nil }.map(\.description)
    }

    @Test func linesAreSafeBeforeTheStartReturns() throws {
        let outputs = [settings("a", offset: 1), settings("b", offset: 2, onFault: .active)]
        let thread = try OutputThread(outputs, source: chip)
        #expect(chip.level(of: .offset(1)) == false)
        #expect(chip.level(of: .offset(2)) == true)
        #expect(thread.statuses.map(\.isActive) == [false, true])
        thread.stop()
        #expect(chip.level(of: .offset(1)) == nil, "given back")
    }

    @Test func aHoldThatIsNotRenewedDropsTheLineWhileThePipelineIsStuck() async throws {
        let rules = settings(onTime: .hold(.milliseconds(150), atMost: nil))
        let thread = try OutputThread([rules], source: chip, options: .init(stallAfter: .seconds(60)))
        defer { thread.stop() }
        let start = clock.now
        thread.submit(0, matched: true, taken: start)
        // Nothing comes any more: no frame, no tick.
        try await eventually("the line dropped") { chip.log.contains { $0.action == .set(isActive: false) } }
        let on = try #require(chip.log.first { $0.action == .set(isActive: true) })
        let off = try #require(chip.log.last { $0.action == .set(isActive: false) })
        #expect(on.at.since(start) < .seconds(5))
        #expect(off.at.since(on.at) >= .milliseconds(140), "on and off are each logged a moment after they were decided")
        try await eventually("both edges are told") { thread.statuses[0].edgeCount == 2 }
        #expect(edges(thread) == ["siren on: the frame matched", "siren off: hold of 150 ms ended"])
        #expect(thread.statuses[0].onTime >= .milliseconds(150))
    }

    @Test func framesThatStopComingMakeTheLineSafe() async throws {
        let rules = settings(onTime: .hold(.seconds(600), atMost: nil))
        let thread = try OutputThread([rules], source: chip, options: .init(stallAfter: .milliseconds(200)))
        defer { thread.stop() }
        thread.submit(0, matched: true, taken: clock.now)
        try await eventually("off") { thread.statuses[0].edgeCount == 2 }
        #expect(edges(thread) == ["siren on: the frame matched", "siren off: no frames from the pipeline"])
        // The first frame after the stall counts.
        thread.submit(0, matched: true, taken: clock.now)
        try await eventually("on again") { thread.statuses[0].edgeCount >= 3 }
        #expect(edges(thread).first == "siren on: the frame matched")
    }

    @Test func frameTicksAloneKeepTheStallAway() async throws {
        let rules = settings(onTime: .hold(.seconds(600), atMost: nil))
        let thread = try OutputThread([rules], source: chip, options: .init(stallAfter: .seconds(30)))
        defer { thread.stop() }
        thread.frameTick()
        thread.submit(0, matched: true, taken: clock.now)
        try await eventually("on") { chip.level(of: line) == true }
        for _ in 0..<20 {
            thread.frameTick()
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(thread.statuses[0].isActive == true)
    }

    @Test func aFaultTurnsOffAtOnceAndStopTellsItsReason() async throws {
        let rules = settings(onTime: .hold(.seconds(600), atMost: nil))
        let thread = try OutputThread([rules], source: chip, options: .init(stallAfter: .seconds(60)))
        thread.submit(0, matched: true, taken: clock.now)
        try await eventually("on") { thread.statuses[0].isActive == true }
        thread.raise(.cameraLost)
        try await eventually("off") { thread.statuses[0].isActive == false }
        thread.clear(.cameraLost)
        thread.submit(0, matched: true, taken: clock.now)
        try await eventually("on again") {
            thread.submit(0, matched: true, taken: clock.now)
            return thread.statuses[0].isActive == true
        }
        thread.stop()
        let told = edges(thread)
        #expect(told.contains("siren off: camera lost"))
        #expect(told.last == "siren off: stopping")
        #expect(chip.level(of: line) == nil)
        #expect(chip.log.suffix(2).map(\.action) == [.set(isActive: false), .released])
    }

    @Test func threeOfFiveIsCountedWhenFramesComeInABurst() async throws {
        let rules = settings(onAfter: (3, 5), onTime: .hold(.seconds(600), atMost: nil))
        let thread = try OutputThread([rules], source: chip, options: .init(stallAfter: .seconds(60)))
        defer { thread.stop() }
        let now = clock.now
        for (index, matched) in [true, false, true, false, true].enumerated() {
            thread.submit(0, matched: matched, taken: now.advanced(by: .milliseconds(index - 5)))
        }
        try await eventually("on") { thread.statuses[0].edgeCount == 1 }
        #expect(edges(thread) == ["siren on: matched 3 of the last 5 frames"])
    }

    @Test func aBusyLineIsReportedAndTakenWhenItIsFreeWhileOthersGoOn() async throws {
        let held = try chip.request(settings().line, isActive: false)
        let thread = try OutputThread([settings(), settings("lamp", offset: 4)], source: chip, options: .init(stallAfter: .seconds(60)))
        defer { thread.stop() }
        #expect(thread.statuses[0].isActive == nil)
        #expect(thread.statuses[0].failure == .busy(settings().line, consumer: "picket"))
        thread.submit(0, matched: true, taken: clock.now)
        thread.submit(1, matched: true, taken: clock.now)
        try await eventually("the other output works") { chip.level(of: .offset(4)) == true }
        held.release()
        try await eventually("the line is taken") { thread.statuses[0].failure == nil }
        let told = thread.takeEvents().events.map(\.description)
        #expect(told.filter { $0.contains("is in use by 'picket'") }.count == 1, "a repeated failure is told once")
        #expect(told.contains("siren is driven again"))
        #expect(thread.statuses[0].isActive == false)
    }

    @Test func aLineThatFailsWhenItIsSetIsRequestedAgainAtItsSafeLevel() async throws {
        let source = FlakySource(chip)
        let rules = settings(onTime: .hold(.seconds(600), atMost: nil))
        let thread = try OutputThread([rules], source: source, options: .init(stallAfter: .seconds(60)))
        defer { thread.stop() }
        source.failsToSet.store(true, ordering: .relaxed)
        thread.submit(0, matched: true, taken: clock.now)
        try await eventually("failed") { thread.takeEvents().events.contains { $0.code == "line-failed" } }
        source.failsToSet.store(false, ordering: .relaxed)
        try await eventually("requested again") { thread.statuses[0].failure == nil }
        #expect(chip.level(of: line) == false)
    }

    @Test func aPinThatShowsAnotherLevelIsTold() async throws {
        let source = FlakySource(chip)
        source.readsBackwards.store(true, ordering: .relaxed)
        let thread = try OutputThread([settings()], source: source)
        defer { thread.stop() }
        let told = thread.takeEvents().events.map(\.description)
        #expect(told == ["siren was set off and its pin shows the contrary; check the wiring"])
    }

    @Test func theTickCounterRisesWithoutFrames() async throws {
        let thread = try OutputThread([settings()], source: chip, options: .init(heartbeat: .milliseconds(10)))
        defer { thread.stop() }
        let before = thread.tickCount
        try await eventually("ticks") { thread.tickCount > before + 3 }
    }

    @Test func stopMayBeCalledTwiceAndAThreadThatIsDroppedStops() async throws {
        var thread: OutputThread? = try OutputThread([settings()], source: chip)
        thread?.stop()
        thread?.stop()
        thread = try OutputThread([settings()], source: chip)
        #expect(chip.level(of: line) == false)
        thread = nil
        #expect(chip.level(of: line) == nil)
    }

    @Test func aThreadWithoutOutputsIsFine() throws {
        let thread = try OutputThread([], source: chip)
        thread.frameTick()
        thread.stop()
        #expect(thread.takeEvents().events.isEmpty)
    }

    @Test func thousandsOfFramesFromThePipelineArriveInOrder() async throws {
        let rules = settings(onAfter: (5, 5), onTime: .hold(.seconds(600), atMost: nil))
        let thread = try OutputThread([rules], source: chip, options: .init(stallAfter: .seconds(60)))
        defer { thread.stop() }
        for index in 0..<20_000 {
            // Never five matches in a row.
            thread.submit(0, matched: index % 5 != 0, taken: clock.now)
        }
        let before = thread.tickCount
        thread.frameTick()
        try await eventually("another round") { thread.tickCount > before + 1 }
        if thread.statuses[0].droppedFrameCount == 0 { #expect(thread.statuses[0].edgeCount == 0) }
        #expect(thread.statuses[0].refusalCount == 0, "no frame was taken for an older one")
    }
}

/// Lines that fail on demand.
private final class FlakySource: LineSource {
    let failsToSet = Atomic(false)
    let readsBackwards = Atomic(false)
    private let chip: SimulatedChip

    init(_ chip: SimulatedChip) { self.chip = chip }

    func request(_ line: OutputSettings.Line, isActive: Bool) throws(ActionsError) -> any OutputLine {
        FlakyLine(source: self, line: try chip.request(line, isActive: isActive))
    }

    private final class FlakyLine: OutputLine {
        let source: FlakySource
        let line: any OutputLine

        init(source: FlakySource, line: any OutputLine) { (self.source, self.line) = (source, line) }

        func set(_ isActive: Bool) throws(ActionsError) {
            if source.failsToSet.load(ordering: .relaxed) { throw .system(operation: "set", subject: "line", errno: 5) }
            try line.set(isActive)
        }

        func read() throws(ActionsError) -> Bool {
            let level = try line.read()
            return source.readsBackwards.load(ordering: .relaxed) ? !level : level
        }

        func release() { line.release() }
    }
}
