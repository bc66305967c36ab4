import Frames
import Imaging
import Testing

@Suite struct CanvasTests {
    private func canvas(_ width: Int, _ height: Int) -> Canvas { Canvas(Picture(size: Size(width: width, height: height), layout: .grey)) }

    private func colour(_ canvas: Canvas, _ x: Int, _ y: Int) -> Colour {
        let index = (y * canvas.picture.size.width + x) * 3
        return Colour(canvas.picture.pixels[index], canvas.picture.pixels[index + 1], canvas.picture.pixels[index + 2])
    }

    @Test func anOutlineLeavesTheMiddleFree() {
        var canvas = canvas(16, 16)
        let red = Colour(255, 0, 0)
        canvas.outline(Box(left: 16_384, top: 16_384, right: 49_152, bottom: 49_152), width: 2, colour: red)
        for y in 0..<16 {
            for x in 0..<16 {
                let isInside = (4..<12).contains(x) && (4..<12).contains(y)
                let isMiddle = (6..<10).contains(x) && (6..<10).contains(y)
                #expect(colour(canvas, x, y) == (isInside && !isMiddle ? red : .black))
            }
        }
    }

    @Test func aLetterIsDrawnDotByDot() {
        var canvas = canvas(12, 20)
        canvas.write("T", left: 0, top: 0, colour: .white, scale: 2)
        let top = (0..<12).map { colour(canvas, $0, 1) == .white }
        let stem = (0..<12).map { colour(canvas, $0, 12) == .white }
        #expect(top == (0..<12).map { $0 < 10 })
        #expect(stem == (0..<12).map { $0 == 4 || $0 == 5 })
    }

    @Test func everyCharacterButSpaceHasItsOwnForm() {
        var forms: Set<[UInt8]> = []
        for code in UInt8(32)...126 {
            var canvas = canvas(6, 10)
            canvas.write(String(UnicodeScalar(code)), left: 0, top: 0, colour: .white, scale: 1)
            #expect(canvas.picture.pixels.contains(255) == (code != 32))
            forms.insert(canvas.picture.pixels)
        }
        #expect(forms.count == 95)
    }

    @Test func drawingBeyondTheEdgesIsCutOff() {
        var canvas = canvas(40, 30)
        for box in [
            Box(left: -500_000, top: -500_000, right: 900_000, bottom: 900_000),
            Box(left: 65_000, top: 65_000, right: 80_000, bottom: 80_000),
            Box(left: -9_000, top: -9_000, right: -8_000, bottom: -8_000), Box(left: 100, top: 100, right: 100, bottom: 100),
        ] {
            canvas.annotate(box, label: "a label that is much wider than the picture", colour: .white)
            canvas.annotate(box, label: "naïve 😀", colour: .white)
        }
        canvas.write("x", left: -1_000, top: -1_000, colour: .white, scale: 3)
        canvas.write("x", left: 0, top: 0, colour: .white, scale: 0)
        var empty = Canvas(Picture())
        empty.annotate(.wholeFrame, label: "x", colour: .white)
        #expect(canvas.picture.size == Size(width: 40, height: 30) && empty.picture.isEmpty)
    }

    @Test func aConceptKeepsItsColour() {
        #expect(Colour.of(concept: "person") == Colour.of(concept: "person"))
        let used = Set(["person", "car", "dog", "cat", "bicycle", "bus"].map { Colour.of(concept: $0) })
        #expect(used.count >= 5)
        #expect(Colour.palette.allSatisfy { Set(Colour.palette).contains($0) } && Set(Colour.palette).count == Colour.palette.count)
        #expect(Colour.white.contrasting == .black && Colour.black.contrasting == .white)
    }
}
