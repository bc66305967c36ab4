import Capture
import Frames
import Testing

/// What is believed of a driver's numbers.
@Suite struct DriverAnswerTests {
    @Test func sequenceGapsAreCounted() {
        var tracker = SequenceTracker()
        #expect([7, 8, 10, 11, 20].map { tracker.gap(before: $0) } == [0, 0, 1, 0, 8])
    }

    @Test func sequenceWrapIsNoGap() {
        var tracker = SequenceTracker()
        #expect([4_294_967_294, 4_294_967_295, 0, 1, 4].map { tracker.gap(before: $0) } == [0, 0, 0, 0, 2])
        var second = SequenceTracker()
        #expect([4_294_967_295, 3].map { second.gap(before: $0) } == [0, 3])
    }

    @Test func aDriverThatCountsAnewMakesNoGap() {
        var tracker = SequenceTracker()
        #expect([500, 0, 1, 1].map { tracker.gap(before: $0) } == [0, 0, 0, 0])
    }

    @Test func timestampsFromTheDriverAreTakenWhenTheyMakeSense() {
        var filter = TimestampFilter()
        func at(_ seconds: Int64) -> Timestamp { Timestamp(nanoseconds: seconds * 1_000_000_000) }
        #expect(filter.checked(at(99), now: at(100)) == at(99))
        #expect(filter.checked(at(200), now: at(101)) == at(101), "in the future")
        #expect(filter.checked(at(2), now: at(102)) == at(102), "long past")
        #expect(filter.checked(nil, now: at(103)) == at(103), "none")
        #expect(filter.checked(at(101), now: at(104)) == at(103), "before the frame before")
        #expect(filter.checked(Timestamp(nanoseconds: .min), now: at(105)) == at(105))
    }

    func granted(_ code: String, _ width: Int, _ height: Int, _ stride: Int) -> GrantedFormat {
        GrantedFormat(code: FourCC(code), width: width, height: height, bytesPerLine: stride, imageByteCount: 0)
    }

    @Test(arguments: [
        ("YUYV", 640, 480, 1280, 614_400), ("YUYV", 639, 2, 1280, 2560), ("NV12", 640, 480, 640, 460_800), ("RGB3", 10, 3, 30, 90),
        ("GREY", 17, 2, 17, 34), ("NV12", 5, 5, 6, 48),
    ])
    func missingStrideMeansNoPadding(_ code: String, _ width: Int, _ height: Int, _ stride: Int, _ count: Int) throws {
        let format = try StreamFormat(granted(code, width, height, 0), wanted: CameraSettings.allFormats, path: "p")
        #expect(format.bytesPerRow == stride)
        #expect(format.frameByteCount == count)
    }

    @Test func strideLargerThanTheWidthIsKept() throws {
        let format = try StreamFormat(granted("GREY", 10, 4, 16), wanted: [.grey], path: "p")
        #expect(format.bytesPerRow == 16)
        #expect(format.minimumByteCount == 58)
        var bytes = [UInt8](repeating: 1, count: 58)
        #expect(format.complete(&bytes) == .success(Size(width: 10, height: 4)))
        #expect(bytes.count == 64, "the padding of the last row is there")
        var tooLong = [UInt8](repeating: 1, count: 100)
        #expect(format.complete(&tooLong) == .success(Size(width: 10, height: 4)))
        #expect(tooLong.count == 64)
        var short = [UInt8](repeating: 1, count: 57)
        #expect(format.complete(&short) == .failure(.short))
    }

    @Test(arguments: [
        (0, 480, 0), (640, 0, 0), (-1, 480, 0), (4_294_967_295, 4_294_967_295, 0), (16_385, 1, 0), (640, 480, 100),
        (640, 480, 4_294_967_295),
        (16_384, 16_384, 1 << 20),
    ])
    func senselessSizesAreRefused(_ width: Int, _ height: Int, _ stride: Int) {
        #expect(throws: CaptureError.self) {
            try StreamFormat(granted("YUYV", width, height, stride), wanted: [.yuyv], path: "p")
        }
    }

    @Test func theOlderNameOfMotionJPEGIsKnown() throws {
        #expect(FourCC("JPEG").pixelFormat == .mjpeg)
        #expect(FourCC("RGB3").pixelFormat == .rgb24)
        #expect(FourCC("H264").pixelFormat == nil)
        #expect(FourCC(code: 0xFF00_4142).description == "BA??")
        #expect(FourCC("Y8").description == "Y8")
    }

    @Test func explanationsNameCauseAndCure() {
        func words(_ operation: CaptureError.Operation, _ errno: Errno) -> String {
            CaptureError.refused(operation, errno, subject: "/dev/video0", stream: "1280x720 YUYV").description
        }
        #expect(
            words(.streamOn, .noSpace)
                == "the USB bus has no bandwidth left for 1280x720 YUYV: choose MJPG, a smaller size, or another port (VIDIOC_STREAMON: ENOSPC)"
        )
        #expect(words(.open, .busy).contains("another program is using /dev/video0"))
        #expect(words(.open, .accessDenied).contains("group 'video'"))
        #expect(words(.dequeue, .noDevice).contains("unplugged"))
        #expect(words(.dequeue, .inputOutput).contains("cable"))
        #expect(words(.setFormat, .invalidArgument).contains("1280x720 YUYV"))
        #expect(words(.dequeue, Errno(code: 133)).contains("error 133"))
    }
}
