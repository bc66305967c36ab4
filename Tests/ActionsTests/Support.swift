import Actions
import Dispatch
import Frames
import Settings
import Synchronization

/// Times of a test: milliseconds after an arbitrary start.
func ms(_ milliseconds: Int) -> Timestamp { Timestamp(nanoseconds: 1_000_000_000_000 + Int64(milliseconds) * 1_000_000) }

/// Pseudo-random numbers (splitmix64), the same on every machine.
struct Random {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }

    mutating func below(_ limit: Int) -> Int { Int(next() % UInt64(limit)) }
    mutating func chance(_ percent: Int) -> Bool { below(100) < percent }
}

func settings(
    _ id: String = "siren", offset: Int = 17, onAfter: (Int, Int) = (1, 1), onTime: OutputSettings.OnTime = .hold(.seconds(1), atMost: nil),
    minOff: Duration = .zero, onFault: OutputSettings.SafeLevel = .inactive, maxAge: Duration = .seconds(1)
) -> OutputSettings {
    OutputSettings(
        id: id, line: .init(chip: "simulated", place: .offset(offset)), onAfter: .init(onAfter.0, of: onAfter.1) ?? .one, onTime: onTime,
        minOff: minOff, onFault: onFault, maxAge: maxAge)
}

/// A timer whose start fault is cleared at time 0, with the frames' time stamps equal to their arrival unless said otherwise.
struct Bench {
    var timer: OutputTimer

    init(_ settings: OutputSettings) {
        timer = OutputTimer(settings, startedAt: ms(0))
        _ = timer.clear(.starting, now: ms(0))
    }

    mutating func frame(_ matched: Bool, at time: Int, taken: Int? = nil) -> String? {
        timer.frame(matched: matched, taken: ms(taken ?? time), now: ms(time))?.description
    }

    mutating func tick(_ time: Int) -> String? { timer.tick(now: ms(time))?.description }
}

/// Reads the `gpio-output` node of a text; the issues as text.
func read(_ yaml: String) throws -> (settings: OutputSettings?, issues: [String]) {
    let node = try SettingsDocument.parse(yaml, file: "w.yaml")
    let collector = IssueCollector(file: "w.yaml")
    let section = Section(node, collector)
    let settings = OutputSettings.read(section, id: "siren")
    section.finish()
    return (settings, collector.issues.map(\.description))
}

/// The machine's monotonic clock.
struct TestClock {
    var now: Timestamp { Timestamp(nanoseconds: Int64(clamping: DispatchTime.now().uptimeNanoseconds)) }
}
