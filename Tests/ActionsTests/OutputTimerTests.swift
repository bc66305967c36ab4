import Actions
import Frames
import Testing

@Suite struct OutputTimerTests {
    // MARK: On

    @Test func oneMatchingFrameTurnsOn() {
        var bench = Bench(settings())
        #expect(bench.frame(false, at: 0) == nil)
        #expect(bench.frame(true, at: 100) == "on: the frame matched")
        #expect(bench.timer.isActive)
    }

    @Test func exactlyThreeOfFiveTurnOn() {
        var bench = Bench(settings(onAfter: (3, 5)))
        for (time, matched) in [true, false, true, false].enumerated() { #expect(bench.frame(matched, at: time * 10) == nil) }
        #expect(bench.frame(true, at: 40) == "on: matched 3 of the last 5 frames")
    }

    @Test func aMatchSixFramesAgoDoesNotCount() {
        var bench = Bench(settings(onAfter: (3, 5)))
        for (time, matched) in [true, true, false, false, false, true].enumerated() { #expect(bench.frame(matched, at: time * 10) == nil) }
        #expect(bench.timer.matchCount == 2)
    }

    @Test func aFrameThatDoesNotMatchNeverTurnsOn() {
        // Three of five match, but min_off held the line back until a frame that does not match itself.
        var bench = Bench(settings(onAfter: (3, 5), minOff: .milliseconds(50)))
        for time in [10, 20, 30] { _ = bench.frame(true, at: time) }
        #expect(bench.frame(false, at: 60) == nil)
        #expect(bench.timer.matchCount == 3)
        #expect(bench.frame(true, at: 70) == "on: matched 4 of the last 5 frames")
    }

    @Test func windowOf64FramesCounts() {
        var bench = Bench(settings(onAfter: (64, 64)))
        for time in 0..<63 { #expect(bench.frame(true, at: time) == nil) }
        #expect(bench.frame(true, at: 63) == "on: matched 64 of the last 64 frames")
    }

    // MARK: Hold

    @Test func holdEndsAtItsExactInstant() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil)))
        _ = bench.frame(true, at: 100)
        #expect(bench.timer.deadline == ms(600))
        #expect(bench.tick(599) == nil)
        #expect(bench.tick(600) == "off: hold of 500 ms ended")
        #expect(bench.timer.deadline == nil)
    }

    @Test func eachMatchStartsTheHoldAnew() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil)))
        _ = bench.frame(true, at: 0)
        #expect(bench.frame(true, at: 400) == nil)
        #expect(bench.frame(false, at: 450) == nil)
        #expect(bench.timer.deadline == ms(900))
    }

    @Test func aMatchAtTheInstantTheHoldEndsRenewsIt() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil)))
        _ = bench.frame(true, at: 0)
        #expect(bench.frame(true, at: 500) == nil)
        #expect(bench.timer.deadline == ms(1000))
    }

    @Test func aFrameWithoutMatchAtTheEndOfTheHoldTurnsOff() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil)))
        _ = bench.frame(true, at: 0)
        #expect(bench.frame(false, at: 500) == "off: hold of 500 ms ended")
    }

    @Test func aMatchAfterTheHoldDoesNotSaveItAndTurnsOnWithTheNextFrame() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil)))
        _ = bench.frame(true, at: 0)
        #expect(bench.frame(true, at: 501) == "off: hold of 500 ms ended")
        #expect(bench.frame(true, at: 502) == "on: the frame matched")
    }

    // MARK: min_off

    @Test func minOffIsCountedFromTheStart() {
        var bench = Bench(settings(minOff: .seconds(2)))
        #expect(bench.frame(true, at: 1999) == "kept off: min_off 2 s")
        #expect(bench.frame(true, at: 2000) == "on: the frame matched")
    }

    @Test func minOffHoldsTheLineOffAndEndsAtItsExactInstant() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(100), atMost: nil), minOff: .milliseconds(200)))
        _ = bench.frame(true, at: 200)
        #expect(bench.tick(300) == "off: hold of 100 ms ended")
        #expect(bench.frame(true, at: 499) == "kept off: min_off 200 ms")
        #expect(bench.tick(500) == nil, "time alone never turns a line on")
        #expect(bench.frame(true, at: 500) == "on: the frame matched")
    }

    @Test func oneRefusalIsToldOnceInTenSeconds() {
        var bench = Bench(settings(minOff: .seconds(30)))
        #expect(bench.frame(true, at: 0) == "kept off: min_off 30 s")
        #expect(bench.frame(true, at: 9_999) == nil)
        #expect(bench.frame(true, at: 10_000) == "kept off: min_off 30 s")
    }

    // MARK: max_on

    @Test func maxOnWinsOverAMatchOfTheSameInstant() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: .seconds(1))))
        for time in stride(from: 0, to: 1000, by: 100) { _ = bench.frame(true, at: time) }
        #expect(bench.timer.deadline == ms(1000))
        #expect(bench.frame(true, at: 1000) == "off: max_on of 1 s reached")
    }

    @Test func afterMaxOnTheMatchHasToLapseForTheLengthOfTheHold() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: .seconds(1))))
        for time in stride(from: 0, through: 1000, by: 100) { _ = bench.frame(true, at: time) }
        #expect(bench.frame(true, at: 1100) == "kept off: max_on of 1 s was reached and the match has not ended since")
        #expect(bench.frame(true, at: 1600) == nil, "at the very end of the hold the match still stands")
        #expect(bench.frame(false, at: 1700) == nil)
        #expect(bench.frame(true, at: 2101) == "on: the frame matched")
    }

    @Test func maxOnAndHoldOfTheSameInstantReadAsMaxOn() {
        var bench = Bench(settings(onTime: .hold(.seconds(1), atMost: .seconds(1))))
        _ = bench.frame(true, at: 0)
        #expect(bench.tick(1000) == "off: max_on of 1 s reached")
    }

    @Test func aLateTickNamesTheEarlierEnd() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(200), atMost: .seconds(1))))
        _ = bench.frame(true, at: 0)
        #expect(bench.tick(5000) == "off: hold of 200 ms ended")
        #expect(bench.frame(true, at: 5001) == "on: the frame matched", "max_on was not used up")
    }

    @Test func aFlickeringCameraDoesNotWearOutMaxOn() {
        var bench = Bench(settings(onTime: .hold(.seconds(5), atMost: .seconds(5))))
        _ = bench.frame(true, at: 0)
        #expect(bench.frame(true, at: 5000) == "off: max_on of 5 s reached")
        _ = bench.timer.raise(.cameraLost, now: ms(5100))
        _ = bench.timer.clear(.cameraLost, now: ms(5200))
        #expect(bench.frame(true, at: 5300) == "kept off: max_on of 5 s was reached and the match has not ended since")
    }

    // MARK: Pulse

    @Test func aPulseHasItsLengthAndIsNotPoweredOnByMoreMatches() {
        var bench = Bench(settings(onTime: .pulse(.milliseconds(200))))
        #expect(bench.frame(true, at: 0) == "on: the frame matched")
        #expect(bench.frame(true, at: 100) == nil)
        #expect(bench.timer.deadline == ms(200))
        #expect(bench.frame(true, at: 200) == "off: pulse of 200 ms ended")
        #expect(bench.frame(true, at: 300) == nil, "the match has not risen again")
        _ = bench.frame(false, at: 400)
        #expect(bench.frame(true, at: 500) == "on: the frame matched")
    }

    @Test func aRiseDuringThePulseOrDuringMinOffIsLost() {
        var bench = Bench(settings(onTime: .pulse(.milliseconds(200)), minOff: .milliseconds(300)))
        _ = bench.frame(true, at: 300)
        _ = bench.frame(false, at: 350)
        #expect(bench.frame(true, at: 400) == nil)
        _ = bench.tick(500)
        _ = bench.frame(false, at: 600)
        #expect(bench.frame(true, at: 700) == "kept off: min_off 300 ms")
        #expect(bench.frame(true, at: 900) == nil)
        _ = bench.frame(false, at: 1000)
        #expect(bench.frame(true, at: 1100) == "on: the frame matched")
    }

    @Test func aFaultCutsAPulseShort() {
        var bench = Bench(settings(onTime: .pulse(.milliseconds(200))))
        _ = bench.frame(true, at: 0)
        #expect(bench.timer.raise(.cameraLost, now: ms(50))?.description == "off: camera lost")
        #expect(bench.tick(200) == nil)
        #expect(bench.timer.deadline == nil)
    }

    // MARK: Frames that do not count

    @Test func aResultIsFreshAtMaxAgeAndStaleAfterIt() {
        var bench = Bench(settings(maxAge: .seconds(1)))
        #expect(bench.frame(true, at: 2401, taken: 1000) == "refused: result is 1.401 s old, max_age is 1 s")
        #expect(bench.frame(true, at: 2402, taken: 1402) == "on: the frame matched")
    }

    @Test func aStaleMatchDoesNotRenewTheHold() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil), maxAge: .milliseconds(100)))
        _ = bench.frame(true, at: 0)
        #expect(bench.frame(true, at: 300, taken: 199) == "refused: result is 101 ms old, max_age is 100 ms")
        #expect(bench.timer.deadline == ms(500))
    }

    @Test func staleFramesCountAsNotMatching() {
        var bench = Bench(settings(onAfter: (2, 2), maxAge: .milliseconds(100)))
        _ = bench.frame(true, at: 10)
        _ = bench.frame(true, at: 300, taken: 100)
        #expect(bench.frame(true, at: 310) == nil)
        #expect(bench.frame(true, at: 320) == "on: matched 2 of the last 2 frames")
    }

    @Test func framesOutOfOrderAndFramesSeenTwiceDoNotCount() {
        var bench = Bench(settings(onAfter: (2, 3)))
        _ = bench.frame(true, at: 100)
        #expect(bench.frame(true, at: 110, taken: 100) == "refused: the frame is not newer than the one before")
        #expect(bench.frame(true, at: 120, taken: 50) == nil, "told once")
        #expect(bench.timer.matchCount == 1)
    }

    @Test func aTimeStampFarInTheFutureIsRefusedAndDoesNotBlockLaterFrames() {
        var bench = Bench(settings())
        #expect(bench.frame(true, at: 100, taken: 60_000) == "refused: the frame's time stamp is 59.9 s in the future")
        #expect(bench.frame(true, at: 200) == "on: the frame matched")
    }

    @Test func timeThatRunsBackwardsCountsAsStandingStill() {
        var bench = Bench(settings(onTime: .hold(.milliseconds(500), atMost: nil)))
        _ = bench.frame(true, at: 1000)
        #expect(bench.tick(10) == nil)
        #expect(bench.frame(true, at: 900, taken: 1010) == nil)
        #expect(bench.timer.deadline == ms(1500))
    }

    // MARK: Faults

    @Test func nothingHappensBeforeTheFirstFaultIsCleared() {
        var timer = OutputTimer(settings(), startedAt: ms(0))
        #expect(timer.frame(matched: true, taken: ms(10), now: ms(10)) == nil)
        #expect(!timer.isActive)
    }

    @Test func aFaultTurnsOffAndForgetsTheFramesBefore() {
        var bench = Bench(settings(onAfter: (3, 5)))
        for time in 0..<3 { _ = bench.frame(true, at: time) }
        #expect(bench.timer.raise(.cameraLost, now: ms(10))?.description == "off: camera lost")
        #expect(bench.frame(true, at: 20) == nil)
        #expect(bench.timer.clear(.cameraLost, now: ms(30)) == nil)
        _ = bench.frame(true, at: 40)
        #expect(bench.frame(true, at: 50) == nil)
        #expect(bench.frame(true, at: 60) == "on: matched 3 of the last 5 frames")
    }

    @Test func oneFaultOfTwoIsEnoughToStaySafe() {
        var bench = Bench(settings())
        _ = bench.timer.raise(.cameraLost, now: ms(10))
        _ = bench.timer.raise(.badReload, now: ms(11))
        _ = bench.timer.clear(.cameraLost, now: ms(12))
        #expect(bench.frame(true, at: 20) == nil)
        #expect(bench.timer.raisedFaults.gravest == .badReload)
    }

    @Test func aSafeLevelOfActiveIsDrivenFromTheStartAndInEachFault() {
        var timer = OutputTimer(settings(minOff: .milliseconds(100), onFault: .active), startedAt: ms(0))
        #expect(timer.isActive)
        #expect(timer.deadline == nil, "no hold ends while a fault lasts")
        #expect(timer.clear(.starting, now: ms(10))?.description == "off: over: no frame yet")
        #expect(timer.frame(matched: true, taken: ms(50), now: ms(50))?.description == "kept off: min_off 100 ms")
        #expect(timer.raise(.stalled, now: ms(60))?.description == "on: no frames from the pipeline", "min_off does not delay it")
    }
}
