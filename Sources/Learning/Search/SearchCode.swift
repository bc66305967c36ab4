/// How unit embeddings become the int8 codes of an index: code = element * multiplier / 2^14 rounded to nearest (half away from zero) and
/// clamped to ±127.
///
/// One multiplier for all rows, so that the products of codes rank as the cosines do up to rounding. A search is exact with respect to
/// its codes.
package struct SearchCode: Sendable, Hashable {
    /// In 1...2^20.
    package let multiplier: Int32

    /// - Throws: `invalidSetting`.
    package init(multiplier: Int32) throws(LearningError) {
        guard (1...1 << 20).contains(multiplier) else {
            throw .invalidSetting(name: "multiplier", value: "\(multiplier)", allowed: "1...1048576")
        }
        self.multiplier = multiplier
    }

    /// The one that uses the codes' range up for samples like these.
    /// - Throws: `tooFewSamples` without any.
    package init(for samples: some Collection<UnitEmbedding>) throws(LearningError) {
        let largest = samples.reduce(Int32(0)) { $1.elements.reduce($0) { max($0, Int32($1.magnitude)) } }
        guard largest > 0 else { throw .tooFewSamples(needed: 1, found: 0) }
        multiplier = min(127 << 14 / largest, 1 << 20)
    }

    /// [D]
    package func encode(_ sample: UnitEmbedding) -> [Int8] {
        sample.elements.map { element in
            // Bound: 2^14 * 2^20.
            let magnitude = (Int64(element.magnitude) * Int64(multiplier) + 1 << 13) >> 14
            return Int8(min(magnitude, 127)) * (element < 0 ? -1 : 1)
        }
    }
}
