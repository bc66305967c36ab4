import Testing

/// Sharp tools stay in the files that are listed for them.
@Suite struct HabitTests {
    @Test func eachHabitIsFoundInCodeAndOnlyThere() {
        let text = """
            let a = b &+ c &* d   // unsafe
            a &+= 1
            let e = unsafe f(a && -b)
            final class G: @unchecked Sendable {}
            nonisolated(unsafe) var h = "unsafe"
            @preconcurrency import I
            import Glibc
            """
        let source = SwiftSource(text)
        let found = Dictionary(uniqueKeysWithValues: Habit.allCases.map { ($0, $0.lines(in: source)) })
        #expect(
            found == [
                .wrapping: [1, 1, 2], .unsafeCode: [3], .uncheckedSendable: [4], .nonisolatedUnsafe: [5], .preconcurrency: [6],
                .cLibrary: [7],
            ])
    }

    @Test(arguments: Habit.allCases)
    func stayInTheirFiles(_ habit: Habit) {
        expectNone(
            Repository.sources.flatMap { path, source -> [Finding] in
                if habit.permits.contains(where: { $0.covers(path) }) { return [] }
                return habit.lines(in: source).map {
                    Finding(path: path, line: $0, text: "\(habit.rawValue) is not allowed here; see Habit+Permits.swift")
                }
            })
    }

    @Test(arguments: Habit.allCases)
    func everyPermitIsNeededAndHasAReason(_ habit: Habit) {
        for permit in habit.permits {
            let files = Repository.sources.filter { permit.covers($0.path) }
            let isNeeded = permit.path.hasSuffix("/") ? !files.isEmpty : files.contains { !habit.lines(in: $0.source).isEmpty }
            #expect(isNeeded, "\(permit.path) does not need its entry for \(habit.rawValue)")
            #expect(!permit.reason.isEmpty)
        }
        #expect(Set(habit.permits.map(\.path)).count == habit.permits.count, "a path twice")
    }

    @Test func unsafeFilesSayWhyTheyAreSafe() {
        expectNone(
            Repository.sources.compactMap { path, source in
                guard let first = Habit.unsafeCode.lines(in: source).first else { return nil }
                if source.comments.contains(where: { $0.text.contains("SAFETY:") }) { return nil }
                return Finding(path: path, line: first, text: "`unsafe` without a SAFETY: comment")
            })
    }
}
