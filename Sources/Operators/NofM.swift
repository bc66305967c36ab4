package import Predictions
package import Settings

/// How many frames out of how many: `3 of 5`.
package struct FrameShare: Sendable, Hashable, CustomStringConvertible {
    package let needed: Int
    package let window: Int

    /// - Returns: nil unless 1 <= needed <= window <= 64.
    package init?(_ needed: Int, of window: Int) {
        guard needed >= 1, needed <= window, window <= 64 else { return nil }
        self.needed = needed
        self.window = window
    }

    /// Reads `3 of 5`.
    package init?(_ text: String) {
        let words = text.split(separator: " ")
        guard words.count == 3, words[1] == "of", let needed = Int(words[0]), let window = Int(words[2]) else { return nil }
        self.init(needed, of: window)
    }

    package var description: String { "\(needed) of \(window)" }
}

extension Section {
    /// `3 of 5`: how many frames out of how many.
    package func frameShare(_ key: String) -> FrameShare? {
        guard let text = string(key) else { return nil }
        guard let share = FrameShare(text) else {
            complain(key, "\(Excerpt.quoted(text)) is not valid here", suggestion: "write frames out of frames, as in 3 of 5, at most 64")
            return nil
        }
        return share
    }
}

/// `n-of-m`: starts to pass when something was seen in n of the last m evaluated frames, and stops when nothing was in k of the last l.
///
/// While it is on, each frame's own predictions pass (nothing is invented for a frame without any). Switching either way starts both counts
/// afresh.
package struct NofM: Operator {
    package static let typeName = "n-of-m"
    package static let accepts = PortKind.allCases

    package let onAfter: FrameShare
    package let offAfter: FrameShare
    package private(set) var isOn = false
    /// The latest evaluated frames, newest in bit 0: 1 when something was seen.
    private var hits: UInt64 = 0
    private var misses: UInt64 = 0

    package init(onAfter: FrameShare, offAfter: FrameShare) {
        self.onAfter = onAfter
        self.offAfter = offAfter
    }

    /// Keys `on_after: 3 of 5` (required) and `off_after: 4 of 5` (the same as `on_after` unless given).
    package init?(_ section: Section, _ vocabulary: Vocabulary) {
        guard section.requiredString("on_after", example: "3 of 5") != nil else {
            _ = section.frameShare("off_after")
            return nil
        }
        let onAfter = section.frameShare("on_after")
        let offAfter = section.has("off_after") ? section.frameShare("off_after") : onAfter
        guard let onAfter, let offAfter else { return nil }
        self.init(onAfter: onAfter, offAfter: offAfter)
    }

    package var rule: String { "on after \(onAfter) frames with something, off after \(offAfter) with nothing" }

    package mutating func process(_ input: [Prediction], _ moment: Moment, into output: inout Lane) {
        hits = hits << 1 | (input.isEmpty ? 0 : 1)
        misses = misses << 1 | (input.isEmpty ? 1 : 0)
        let (history, share) = isOn ? (misses, offAfter) : (hits, onAfter)
        let window = history & (UInt64.max >> UInt64(64 - share.window))
        if window.nonzeroBitCount >= share.needed {
            isOn.toggle()
            (hits, misses) = (0, 0)
        }
        guard isOn else { return }
        for (index, item) in input.enumerated() { output.append(item, from: index) }
    }
}
