import Synchronization

/// The parts of a layer that one worker computes first, as far as nobody else has taken them.
///
/// One word says which layer it is and which part is next, so whoever takes parts knows what they took, however late they come: a claim
/// that succeeds is always one of work that is still to be done. All after the word keeps shares on cache lines of their own.
struct Share: ~Copyable {
    /// The layer's index in the upper half, the next part in the lower one.
    private let word = Atomic<UInt64>(Self.taken)
    private let padding = InlineArray<15, UInt64>(repeating: 0)

    /// Of layer 0, with no part left whatever the layer's number of parts.
    private static let taken = UInt64(UInt32.max)

    /// Hands out parts from `first` on. What was written before is visible to all who claim some of them.
    func publish(layer: Int, first: Int) {
        word.store(UInt64(layer) << 32 | UInt64(first), ordering: .releasing)
    }

    /// Whether parts are left. A hint: others may take them at any time.
    func isOpen(_ shareEnd: (_ layer: Int) -> Int) -> Bool {
        let (layer, next) = Self.fields(word.load(ordering: .relaxed))
        return next < shareEnd(layer)
    }

    /// Takes half of what is left: few claims for many parts, and small ones at the end, when others come to help.
    /// - Parameter shareEnd: where the share of a layer ends.
    /// - Returns: nil when nothing is left.
    func claim(_ shareEnd: (_ layer: Int) -> Int) -> (layer: Int, parts: Range<Int>)? {
        var seen = word.load(ordering: .relaxed)
        while true {
            let (layer, next) = Self.fields(seen)
            let left = shareEnd(layer) - next
            guard left > 0 else { return nil }
            let count = (left + 1) / 2
            let (exchanged, original) = word.weakCompareExchange(
                expected: seen, desired: seen + UInt64(count), successOrdering: .acquiring, failureOrdering: .relaxed)
            if exchanged { return (layer, next..<next + count) }
            seen = original
        }
    }

    private static func fields(_ word: UInt64) -> (layer: Int, next: Int) {
        (Int(word >> 32), Int(word & UInt64(UInt32.max)))
    }
}
