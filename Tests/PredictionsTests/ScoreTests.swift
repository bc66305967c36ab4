import Predictions
import Testing

@Suite struct ScoreTests {
    @Test func aDecimalIsRoundedOnceHalfUp() {
        #expect(Score(0.6).units == 39_322)
        #expect(Score(0.5).units == 32_768)
        #expect(Score(1).units == Score.unitsPerOne)
    }

    @Test func everyLevelOfAnEightBitOutputIsExact() {
        for level in 0...256 { #expect(Score(Double(level) / 256).units == Int32(level) * 256) }
    }

    @Test func nonsenseIsClamped() {
        #expect(Score(.nan) == .zero)
        #expect(Score(.infinity).units == .max)
        #expect(Score(-.infinity).units == .min)
    }

    @Test func embeddingNormsAreExact() {
        let embedding = Embedding(elements: [3, -4, 255], scale: 0.1, modelDigest: "d")
        #expect(embedding.squaredNorm == 9 + 16 + 65_025)
    }
}
