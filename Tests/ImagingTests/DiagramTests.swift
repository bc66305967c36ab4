import Frames
import Imaging
import Testing

@Suite struct DiagramTests {
    @Test func aUnitIsTwoPixels() {
        var diagram = Diagram(width: 20, height: 10)
        diagram.fill(left: 2, top: 1, width: 3, height: 4, colour: .black)
        let picture = diagram.picture()
        #expect(picture.size == Size(width: 40, height: 20))
        for y in 0..<20 {
            for x in 0..<40 {
                let isInside = (4..<10).contains(x) && (2..<10).contains(y)
                #expect(picture.pixels[(y * 40 + x) * 3] == (isInside ? 0 : 255))
            }
        }
    }

    @Test func aSliverDoesNotVanish() {
        var diagram = Diagram(width: 4, height: 4)
        diagram.fill(left: 1, top: 1, width: 0, height: 0.01, colour: .black)
        #expect(diagram.picture().pixels.count { $0 == 0 } == 3)
        #expect(diagram.svg().contains("width=\"0.5\" height=\"0.5\""))
    }

    @Test func linesStandWhereTheirAnchorSays() throws {
        var diagram = Diagram(width: 100, height: 20)
        diagram.write("ab", x: 50, top: 5, anchor: .left)
        diagram.write("ab", x: 50, top: 5, anchor: .right)
        diagram.write("ab", x: 50, top: 5, anchor: .centre, lettering: .title)
        let lefts: [Double] = diagram.elements.map { element in
            if case .line(let line) = element { return line.left }
            return -1
        }
        #expect(lefts == [50, 38, 41])
        #expect(diagram.svg().contains("x=\"38\" y=\"12\" textLength=\"12\""))
    }

    @Test func textOfAFileNameCannotBreakTheDocument() {
        var diagram = Diagram(width: 100, height: 20)
        diagram.write("<a href=\"x\">&\u{1}", x: 0, top: 0)
        #expect(diagram.svg().contains(">&lt;a href=&quot;x&quot;&gt;&amp;?</text>"))
    }

    @Test func coloursAreWrittenWithAllDigits() {
        #expect(Colour(hexadecimal: 0x00_0AFF).hexadecimal == "#000aff")
    }
}
