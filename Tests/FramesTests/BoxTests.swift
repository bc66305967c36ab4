import Frames
import Testing

@Suite struct BoxTests {
    @Test func edgesAreOrdered() {
        let box = Box(left: 9, top: 8, right: 1, bottom: 2)
        #expect((box.left, box.top, box.right, box.bottom) == (1, 2, 9, 8))
    }

    @Test func absurdEdgesAreClampedAndNothingOverflows() {
        let box = Box(left: .min, top: .min, right: .max, bottom: .max)
        #expect(box.width > 0)
        #expect(box.area > 0)
        #expect(box.overlaps(box, moreThan: Box.unit - 1))
        #expect(box.clippedToFrame == .wholeFrame)
    }

    @Test func boxesThatDoNotTouchHaveAnEmptyIntersection() {
        let a = Box(left: 0, top: 0, right: 10, bottom: 10)
        let b = Box(left: 20, top: 20, right: 30, bottom: 30)
        #expect(a.intersection(b).isEmpty)
        #expect(!a.overlaps(b, moreThan: 0))
    }

    @Test func overlapIsComparedExactly() {
        // Intersection 50, union 150: a third.
        let a = Box(left: 0, top: 0, right: 10, bottom: 10)
        let b = Box(left: 5, top: 0, right: 15, bottom: 10)
        #expect(a.overlaps(b, moreThan: 21_845))
        #expect(!a.overlaps(b, moreThan: 21_846))
        #expect(a.overlaps(a, moreThan: 65_535))
        #expect(!a.overlaps(a, moreThan: 65_536))
    }

    @Test func emptyBoxesOverlapNothing() {
        let point = Box(left: 5, top: 5, right: 5, bottom: 5)
        #expect(!point.overlaps(point, moreThan: 0))
    }
}

@Suite struct TimestampTests {
    @Test func differencesAndSumsAreExact() {
        let a = Timestamp(nanoseconds: 1_000)
        #expect(a.advanced(by: .microseconds(2)).nanoseconds == 3_000)
        #expect(a.since(Timestamp(nanoseconds: 400)) == .nanoseconds(600))
        #expect(Timestamp(nanoseconds: 400).since(a) == .nanoseconds(-600))
    }

    @Test func theEndOfTimeIsNotPassed() {
        #expect(Timestamp(nanoseconds: .max).advanced(by: .seconds(1)).nanoseconds == .max)
        #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
        #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    }
}
