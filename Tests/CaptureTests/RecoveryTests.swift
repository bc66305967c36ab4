import Capture
import Frames
import Testing

@Suite struct RecoveryTests {
    let start = Timestamp(nanoseconds: 5_000_000_000)
    let timing = RecoveryTiming(period: .milliseconds(100), lostAfter: nil)

    func after(_ milliseconds: Int) -> Timestamp { start.advanced(by: .milliseconds(milliseconds)) }

    @Test func firstAttemptComesAtOnce() {
        #expect(Recovery().step(at: start) == .connect)
    }

    @Test func pausesDoubleFromAQuarterSecondToFiveSeconds() {
        var recovery = Recovery()
        let pauses = (0..<7).map { _ in recovery.failed(at: start) }
        #expect(pauses == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
        #expect(recovery.step(at: after(4000)) == .pause(.seconds(1)))
        #expect(recovery.step(at: after(5000)) == .connect)
    }

    @Test func aFrameMakesPausesShortAgain() {
        var recovery = Recovery()
        for _ in 0..<5 { _ = recovery.failed(at: start) }
        recovery.connected(at: start, timing)
        recovery.heard(at: start, isUsable: true)
        #expect(recovery.failed(at: start) == .milliseconds(250))
    }

    @Test func connectingWithoutAFrameDoesNotMakePausesShort() {
        var recovery = Recovery()
        _ = recovery.failed(at: start)
        recovery.connected(at: start, timing)
        #expect(recovery.failed(at: start) == .milliseconds(500))
    }

    @Test func aChangeAmongTheDevicesEndsThePause() {
        var recovery = Recovery()
        for _ in 0..<6 { _ = recovery.failed(at: start) }
        recovery.hurry(at: start)
        #expect(recovery.step(at: start) == .connect)
        #expect(recovery.failed(at: start) == .milliseconds(250))
    }

    @Test func silentStreamIsRestartedAfterASecondAndGivenUpAfterThree() {
        var recovery = Recovery()
        recovery.connected(at: start, timing)
        recovery.heard(at: start, isUsable: true)
        #expect(recovery.step(at: after(400)) == .listen(.milliseconds(600)))
        #expect(recovery.step(at: after(1000)) == .restart)
        recovery.restarted(at: after(1000))
        #expect(recovery.step(at: after(1001)) == .listen(.milliseconds(999)))
        #expect(recovery.step(at: after(2000)) == .restart)
        recovery.restarted(at: after(2000))
        #expect(recovery.step(at: after(3000)) == .giveUp(.seconds(3)))
    }

    @Test func slowCamerasHaveThreeOfTheirPeriods() {
        var recovery = Recovery()
        recovery.connected(at: start, RecoveryTiming(period: .seconds(2), lostAfter: nil))
        recovery.heard(at: start, isUsable: true)
        #expect(recovery.step(at: after(5999)) == .listen(.milliseconds(1)))
        #expect(recovery.step(at: after(6000)) == .restart)
    }

    @Test func theFirstFrameMayTakeThreeSeconds() {
        var recovery = Recovery()
        recovery.connected(at: start, timing)
        #expect(recovery.step(at: after(2000)) == .listen(.seconds(1)))
        #expect(recovery.step(at: after(3000)) == .restart)
    }

    @Test func lostAfterOfTheSettingsHolds() {
        let timing = RecoveryTiming(period: .milliseconds(100), lostAfter: .milliseconds(500))
        var recovery = Recovery()
        recovery.connected(at: start, timing)
        recovery.heard(at: start, isUsable: true)
        #expect(recovery.step(at: after(499)) == .listen(.milliseconds(1)))
        #expect(recovery.step(at: after(500)) == .giveUp(.milliseconds(500)))
    }

    @Test func aStreamOfDamagedFramesIsGivenUpToo() {
        var recovery = Recovery()
        recovery.connected(at: start, timing)
        recovery.heard(at: start, isUsable: true)
        var step = Recovery.Step.connect
        var time = 0
        repeat {
            time += 100
            recovery.heard(at: after(time), isUsable: false)
            step = recovery.step(at: after(time))
        } while step == .listen(.seconds(1)) && time < 60_000
        #expect(step == .giveUpDamaged(.seconds(9)))
    }

    @Test func aSilentCameraIsTriedAgainSoonEveryTime() {
        var recovery = Recovery()
        for _ in 0..<10 {
            recovery.connected(at: start, timing)
            #expect(recovery.failed(at: start, afterListening: true) == .milliseconds(250))
        }
    }
}
