import FixedPoint

/// How samples are parted for an evaluation: the same parts for the same seed on every machine.
package enum Folds {
    /// k parts with nearly the same share of every concept.
    /// - Parameter labels: The concept of each sample.
    /// - Returns: The part of each sample, 0..<k. Sizes of a concept's parts, and of all parts, differ by at most one.
    /// - Throws: `invalidSetting` unless k is 2...labels.count.
    package static func stratified(_ labels: [Int], count k: Int, seed: UInt64 = 1) throws(LearningError) -> [Int] {
        guard k >= 2, k <= labels.count else {
            throw .invalidSetting(name: "folds", value: "\(k)", allowed: "2 to the number of samples, \(labels.count)")
        }
        var random = SeededGenerator(seed: seed)
        var folds = [Int](repeating: 0, count: labels.count)
        // Concepts follow each other round the parts, so that small concepts do not all end in the first.
        var next = 0
        for group in groups(labels) {
            for index in random.shuffled(group) {
                folds[index] = next
                next = (next + 1) % k
            }
        }
        return folds
    }

    /// Which samples are held out: `percent` of every concept, rounded half up, at least one of each and never all.
    /// - Throws: `invalidSetting` unless percent is 1...99; `tooFewSamples` when a concept has only one sample.
    package static func heldOut(_ labels: [Int], percent: Int, seed: UInt64 = 1) throws(LearningError) -> [Bool] {
        guard (1...99).contains(percent) else { throw .invalidSetting(name: "held out", value: "\(percent)%", allowed: "1%...99%") }
        var random = SeededGenerator(seed: seed)
        var isHeldOut = [Bool](repeating: false, count: labels.count)
        for group in groups(labels) {
            guard group.count > 1 else { throw .tooFewSamples(needed: 2, found: group.count) }
            let count = min(max((group.count * percent + 50) / 100, 1), group.count - 1)
            for index in random.shuffled(group).prefix(count) { isHeldOut[index] = true }
        }
        return isHeldOut
    }

    private static func groups(_ labels: [Int]) -> [[Int]] {
        let byLabel = Dictionary(grouping: labels.indices) { labels[$0] }
        return byLabel.keys.sorted().map { byLabel[$0] ?? [] }
    }
}
