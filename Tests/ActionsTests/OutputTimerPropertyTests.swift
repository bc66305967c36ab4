import Actions
import Frames
import Testing

/// What must hold whatever comes, checked from the outside over random inputs.
@Suite struct OutputTimerPropertyTests {
    private static let rules: [OutputSettings] = [
        settings(onAfter: (3, 5), onTime: .hold(.milliseconds(500), atMost: .seconds(2)), minOff: .milliseconds(300)),
        settings(onAfter: (1, 1), onTime: .hold(.milliseconds(50), atMost: .milliseconds(50))),
        settings(onAfter: (2, 2), onTime: .hold(.seconds(3), atMost: .seconds(4)), minOff: .seconds(1), maxAge: .milliseconds(50)),
        settings(onAfter: (2, 3), onTime: .pulse(.milliseconds(120)), minOff: .milliseconds(100)),
    ]

    @Test(arguments: [1, 2, 3, 4] as [UInt64]) func limitsHoldOverAMillionRandomSteps(seed: UInt64) {
        // Four runs of 250 000 steps, one for each set of rules.
        let rules = Self.rules[Int(seed) - 1]
        var world = World(rules, seed: seed)
        for step in 0..<250_000 {
            world.step()
            if let violation = world.violation {
                Issue.record("seed \(seed), step \(step): \(violation)")
                return
            }
        }
        #expect(world.onEdgeCount > 200, "the run exercised the output")
    }
}

/// A timer, and an observer that knows only what went in and what came out.
private struct World {
    let rules: OutputSettings
    var timer: OutputTimer
    var random: Random
    var now = ms(0)
    var violation: String?
    var onEdgeCount = 0

    // What the observer knows.
    private var isOn = false
    private var onAt = ms(0)
    private var offAt: Timestamp?
    private var lastMatch = ms(0)
    private var accepted: [Bool] = []
    private var newest: Timestamp?
    private var isFaulty = false
    private var isBusy = true

    init(_ rules: OutputSettings, seed: UInt64) {
        self.rules = rules
        random = Random(seed: seed)
        timer = OutputTimer(rules, startedAt: ms(0))
        _ = timer.clear(.starting, now: ms(0))
    }

    mutating func step() {
        pass(.milliseconds(random.below(40)))
        if random.chance(1) { isBusy.toggle() }
        switch random.below(100) {
        case 0:
            observe(timer.raise(.cameraLost, now: now), matched: false)
            isFaulty = true
            accepted.removeAll(keepingCapacity: true)
            newest = nil
            if isOn { fail("on during a fault") }
        case 1...4:
            observe(timer.clear(.cameraLost, now: now), matched: false)
            isFaulty = false
        default: frame()
        }
        checkLimits()
    }

    /// Lets time pass, calling the timer at each of its deadlines as the output thread does.
    private mutating func pass(_ time: Duration) {
        let target = now.advanced(by: time)
        while let deadline = timer.deadline, deadline < target {
            if deadline < now { return fail("a deadline in the past") }
            now = deadline
            let outcome = timer.tick(now: now)
            if case .edge(isActive: false, _) = outcome {} else { return fail("a deadline without an off edge") }
            observe(outcome, matched: false)
        }
        now = target
    }

    private mutating func frame() {
        let age = Duration.milliseconds(random.chance(5) ? random.below(1500) : random.below(20))
        let stamp = now.advanced(by: .zero - age)
        let matched = random.chance(isBusy ? 90 : 5)
        let isNewer = newest.map { stamp > $0 } ?? true
        let isFresh = age <= rules.maxAge
        if !isFaulty, isNewer {
            accepted.append(matched && isFresh)
            if accepted.count > 64 { accepted.removeFirst(32) }
            newest = stamp
        }
        let counts = matched && isFresh && isNewer && !isFaulty
        observe(timer.frame(matched: matched, taken: stamp, now: now), matched: counts)
        if counts { lastMatch = now }
    }

    private mutating func observe(_ outcome: OutputOutcome?, matched: Bool) {
        guard case .edge(let isActive, _) = outcome else { return }
        if isActive == isOn { return fail("an edge to the level that it had") }
        isOn = isActive
        guard isActive else {
            if case .pulse(let length) = rules.onTime, !timer.raisedFaults.contains(.cameraLost), now.since(onAt) != length {
                fail("a pulse of \(now.since(onAt))")
            }
            offAt = now
            return
        }
        onEdgeCount += 1
        onAt = now
        if !matched { fail("on without a matching frame") }
        if accepted.suffix(rules.onAfter.window).count(where: { $0 }) < rules.onAfter.required { fail("on without \(rules.onAfter)") }
        if let offAt, now.since(offAt) < rules.minOff || now == offAt { fail("on before min_off has passed") }
        lastMatch = now
    }

    private mutating func checkLimits() {
        if timer.isActive != isOn { fail("the level changed without an edge") }
        guard isOn else { return }
        switch rules.onTime {
        case .hold(let hold, atMost: let limit):
            if now.since(lastMatch) > hold { fail("on for longer than the hold after the last match") }
            if let limit, now.since(onAt) > limit { fail("on for longer than max_on") }
        case .pulse(let length):
            if now.since(onAt) > length { fail("on for longer than the pulse") }
        }
    }

    private mutating func fail(_ text: String) { if violation == nil { violation = text } }
}
