import Capture
import Frames
import Testing

@Suite struct CameraFaultTests {
    let clock = FakeClock()
    let kernel: FakeKernel

    init() { kernel = FakeKernel(clock) }

    func source(lostAfter: Duration? = nil) -> CameraSource {
        CameraSource(CameraSettings(device: .node("/dev/video0"), lostAfter: lostAfter), kernel: kernel, clock: clock)
    }

    let frame = FakeKernel.Answer.frame(Samples.jpeg())

    // MARK: Single frames

    @Test func flaggedEmptyAndCutFramesAreCorruptAndTheirBuffersGoBack() {
        let good = Samples.jpeg()
        kernel.script = [
            frame, .frame(good, isFlagged: true), .frame([], bytesUsed: 0), .frame(Array(good.dropLast(20))), .frame([1, 2, 3]), frame,
        ]
        let source = source()
        #expect(source.words(8) == ["open", "streaming", "frame 0", "corrupt", "corrupt", "corrupt", "corrupt", "frame 5"])
        withExtendedLifetime(source) { #expect(kernel.queued.sorted() == [0, 1, 2, 3]) }
    }

    @Test func tenThousandDamagedFramesLeakNoBuffer() {
        let source = source()
        var corrupt = 0
        for round in 0..<10_000 {
            kernel.script = [.frame([9], isFlagged: round.isMultiple(of: 2)), frame]
            corrupt += source.events(round == 0 ? 4 : 2).filter { $0.word == "corrupt" }.count
        }
        #expect(corrupt == 10_000)
        withExtendedLifetime(source) { #expect(kernel.queued.sorted() == [0, 1, 2, 3]) }
        #expect(kernel.opened == 1)
    }

    @Test func rawFrameThatIsTooShortIsCorrupt() {
        let source = CameraSource(CameraSettings(device: .node("/dev/video0"), formats: [.yuyv]), kernel: kernel, clock: clock)
        kernel.script = [.frame([UInt8](repeating: 0, count: 64 * 48 * 2 - 1)), .frame([UInt8](repeating: 0, count: 64 * 48 * 2))]
        #expect(source.words(4) == ["open", "corrupt", "streaming", "frame 1"])
    }

    @Test func droppedFramesAreToldExactlyAcrossTheWrap() {
        kernel.script = [4_294_967_293, 4_294_967_295, 0, 3].map { .frame(Samples.jpeg(), sequence: $0) }
        #expect(source().words(8) == ["open", "streaming", "frame 0", "dropped 1", "frame 2", "frame 3", "dropped 2", "frame 6"])
    }

    @Test func aClaimOfMoreBytesThanTheBufferHasIsClamped() {
        kernel.script = [.frame(Samples.jpeg(), bytesUsed: 4_294_967_295)]
        #expect(source().words(3) == ["open", "streaming", "frame 0"])
    }

    // MARK: Fatal errors

    @Test(arguments: [Errno.noDevice, .inputOutput, .invalidArgument, .protocolFault, Errno(code: 133)])
    func errorWhileStreamingLosesTheCameraAndBringsItBack(_ errno: Errno) {
        kernel.script = [frame, .failure(errno)]
        let source = source()
        #expect(source.words(4) == ["open", "streaming", "frame 0", "lost"])
        #expect(!kernel.isOpen && kernel.mapped == 0)
        let lost = clock.now
        kernel.script = [frame]
        #expect(source.words(3) == ["open", "streaming", "frame 1"])
        #expect(clock.now.since(lost) < .milliseconds(500))
    }

    @Test func lossIsToldInWords() {
        kernel.script = [frame, .fault(.noDevice)]
        #expect(source().events(4).last?.reason.contains("was unplugged") == true)
    }

    @Test func errorConditionWithoutAReasonIsALoss() {
        kernel.script = [frame, .fault(.tryAgain)]
        #expect(source().words(4).last == "lost")
    }

    @Test func aBufferNumberOutOfRangeIsALoss() {
        kernel.script = [frame, .frame(Samples.jpeg(), index: 77)]
        let events = source().events(4)
        #expect(events.last?.word == "lost")
        #expect(events.last?.reason.contains("buffer 77 of 4") == true)
    }

    @Test(arguments: [0, -1, 33, 4_294_967_295])
    func aSenselessNumberOfBuffersIsRefused(_ count: Int) {
        kernel.grantedBuffers = count
        let event = source().events(1).first
        #expect(event?.word == "waiting")
        #expect(event?.reason.contains("\(count) buffers") == true)
        #expect(!kernel.isOpen)
    }

    @Test func aBusyCameraIsTriedAgainUntilItIsFree() {
        kernel.failures[.open] = [.busy, .busy, .busy]
        kernel.script = [frame]
        let events = source().events(6)
        #expect(events.map(\.word) == ["waiting", "waiting", "waiting", "open", "streaming", "frame 0"])
        #expect(events[0].reason.contains("another program is using /dev/video0"))
    }

    @Test func aCameraThatFlapsHasPausesThatGrow() {
        let source = source()
        kernel.failures[.streamOn] = Array(repeating: .inputOutput, count: 20)
        let start = clock.now
        let pauses = source.events(6).compactMap { event -> Duration? in
            if case .state(.waiting(_, let pause)) = event { pause } else { nil }
        }
        #expect(pauses == [.milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2), .seconds(4), .seconds(5)])
        #expect(clock.now.since(start) >= .milliseconds(7750))
    }

    @Test(arguments: [
        CaptureError.Operation.queryCapabilities, .setFormat, .requestBuffers, .mmap, .queue, .streamOn,
    ])
    func aFailureAtAnyStepOfOpeningLeaksNothing(_ operation: CaptureError.Operation) {
        for n in 0..<5 {
            let kernel = FakeKernel(clock)
            kernel.failures[operation] = Array(repeating: .inputOutput, count: n + 1)
            kernel.script = [frame]
            let source = CameraSource(CameraSettings(device: .node("/dev/video0")), kernel: kernel, clock: clock)
            let words = source.words(n + 4)
            #expect(words.suffix(3) == ["open", "streaming", "frame 0"], "\(operation) \(n)")
            #expect(kernel.opened == kernel.closed + 1, "\(operation) \(n)")
            withExtendedLifetime(source) { #expect(kernel.mapped == 4, "\(operation) \(n)") }
        }
    }

    @Test func fiftyUnplugsLeaveNothingBehind() {
        let source = source()
        for cycle in 0..<50 {
            kernel.script = [frame, frame, .fault(.noDevice)]
            #expect(source.words(5).last == "lost", "cycle \(cycle)")
            #expect(kernel.opened == kernel.closed && kernel.mapped == 0)
        }
    }

    // MARK: Silence

    @Test func silentStreamIsRestartedWithinASecondAndAHalf() {
        kernel.script = [frame, .silence(.milliseconds(1300)), frame]
        let source = source()
        #expect(source.words(4) == ["open", "streaming", "frame 0", "frame 1"])
        #expect(kernel.log.filter { $0 == "VIDIOC_STREAMOFF" }.count == 1)
        #expect(kernel.opened == 1, "no need to open it again")
    }

    @Test func streamThatStaysSilentIsLostThenOpenedAgain() {
        kernel.script = [frame]
        let source = source()
        let events = source.events(4)
        #expect(events.last?.word == "lost")
        #expect(events.last?.reason.contains("no frame from /dev/video0") == true)
        #expect(!kernel.isOpen)
        kernel.script = [frame]
        #expect(source.words(3) == ["open", "streaming", "frame 1"])
    }

    @Test func lostAfterOfTheSettingsIsTheTimeUntilTheEvent() {
        kernel.script = [frame]
        let source = source(lostAfter: .seconds(10))
        _ = source.events(3)
        let last = clock.now
        #expect(source.words(1) == ["lost"])
        #expect(clock.now.since(last) >= .seconds(10) && clock.now.since(last) < .milliseconds(10_200))
    }

    @Test func aRestartThatFailsIsALoss() {
        kernel.script = [frame]
        kernel.failures[.streamOff] = [.noDevice]
        #expect(source().words(4) == ["open", "streaming", "frame 0", "lost"])
    }

    @Test func aCameraThatOpensAndNeverGivesAFrameIsWaitedForForEver() {
        let source = source()
        let words = source.words(12)
        #expect(words.prefix(3) == ["open", "waiting", "open"])
        #expect(!words.contains("lost"), "it never streamed")
        #expect(kernel.opened - kernel.closed <= 1)
    }

    @Test func aStreamOfDamagedFramesOnlyIsGivenUp() {
        kernel.script = [frame] + Array(repeating: .frame([1], isFlagged: true), count: 200)
        let events = source().events(120)
        let lost = events.first { $0.word == "lost" }
        #expect(lost?.reason.contains("only damaged frames") == true)
    }
}
