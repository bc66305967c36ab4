/// From the colours of cameras to RGB, one row at a time, in integers.
///
/// Raw YUV of cameras is BT.601 with limited range unless told otherwise (V4L2's default for YUYV and NV12: luma 16...235, chroma
/// 16...240).
/// With y = Y - 16, u = U - 128, v = V - 128 and constants in 1/65 536, each result clamped to 0...255:
///
///     R = (76309 y            + 104597 v + 32768) >> 16
///     G = (76309 y -  25675 u -  53279 v + 32768) >> 16
///     B = (76309 y + 132201 u            + 32768) >> 16
///
/// The constants are 255/219 and, with Kr = 0.299 and Kb = 0.114, 2(1-Kr), 2(1-Kb)Kb/Kg, 2(1-Kr)Kr/Kg, 2(1-Kb) times 255/224, all times
/// 65 536 and rounded. Two (YUYV) or four (NV12) pixels share a chroma sample, which is repeated. Luma alone is (76309 y + 32768) >> 16.
///
/// Bound: every term is below 2^25, so no sum overflows and the wrapping operators never wrap; they let the loops vectorise.
enum ColourConversion {
    static let lumaGain: Int32 = 76_309
    static let redFromV: Int32 = 104_597
    static let greenFromU: Int32 = 25_675
    static let greenFromV: Int32 = 53_279
    static let blueFromU: Int32 = 132_201

    /// Y0 U Y1 V to RGB. `source` has four bytes for each begun pair of pixels.
    @_lifetime(target: copy target)
    static func yuyv(_ source: Span<UInt8>, width: Int, into target: inout MutableSpan<UInt8>, at offset: Int) {
        for pair in 0..<width / 2 {
            let index = pair * 4
            let place = offset + pair * 6
            let chroma = Chroma(source[index + 1], source[index + 3])
            chroma.write(source[index], into: &target, at: place)
            chroma.write(source[index + 2], into: &target, at: place + 3)
        }
        if width % 2 == 1 {
            let index = width / 2 * 4
            Chroma(source[index + 1], source[index + 3]).write(source[index], into: &target, at: offset + (width - 1) * 3)
        }
    }

    /// A row of luma and a row of interleaved U V to RGB.
    @_lifetime(target: copy target)
    static func nv12(
        luma: Span<UInt8>, chroma: Span<UInt8>, width: Int, into target: inout MutableSpan<UInt8>, at offset: Int
    ) {
        for pair in 0..<width / 2 {
            let index = pair * 2
            let place = offset + pair * 6
            let colour = Chroma(chroma[index], chroma[index + 1])
            colour.write(luma[index], into: &target, at: place)
            colour.write(luma[index + 1], into: &target, at: place + 3)
        }
        if width % 2 == 1 {
            Chroma(chroma[width - 1], chroma[width]).write(luma[width - 1], into: &target, at: offset + (width - 1) * 3)
        }
    }

    /// Luma of limited range to 0...255; `step` is the distance between luma bytes.
    @_lifetime(target: copy target)
    static func limitedLuma(_ source: Span<UInt8>, step: Int, width: Int, into target: inout MutableSpan<UInt8>, at offset: Int) {
        for column in 0..<width {
            target[offset + column] = level((Int32(source[column * step]) &- 16) &* lumaGain &+ 32_768)
        }
    }

    /// Red, green, blue to luma.
    @_lifetime(target: copy target)
    static func luma(_ source: Span<UInt8>, width: Int, into target: inout MutableSpan<UInt8>, at offset: Int) {
        for column in 0..<width {
            target[offset + column] = Luma.of(source[column * 3], source[column * 3 + 1], source[column * 3 + 2])
        }
    }

    /// Each byte three times.
    @_lifetime(target: copy target)
    static func grey(_ source: Span<UInt8>, width: Int, into target: inout MutableSpan<UInt8>, at offset: Int) {
        for column in 0..<width {
            let place = offset + column * 3
            target[place] = source[column]
            target[place + 1] = source[column]
            target[place + 2] = source[column]
        }
    }

    /// The share of a chroma sample in red, green and blue, rounding included.
    private struct Chroma {
        let share: SIMD4<Int32>

        @inline(__always)
        init(_ u: UInt8, _ v: UInt8) {
            let u = Int32(u) &- 128
            let v = Int32(v) &- 128
            share = SIMD4(
                redFromV &* v &+ 32_768, 32_768 &- greenFromU &* u &- greenFromV &* v, blueFromU &* u &+ 32_768, 0)
        }

        @inline(__always)
        func write(_ luma: UInt8, into target: inout MutableSpan<UInt8>, at place: Int) {
            let sum = share &+ SIMD4(repeating: (Int32(luma) &- 16) &* lumaGain)
            let levels = (sum &>> 16).clamped(lowerBound: SIMD4(repeating: 0), upperBound: SIMD4(repeating: 255))
            target[place] = UInt8(truncatingIfNeeded: levels[0])
            target[place + 1] = UInt8(truncatingIfNeeded: levels[1])
            target[place + 2] = UInt8(truncatingIfNeeded: levels[2])
        }
    }

    @inline(__always)
    private static func level(_ sum: Int32) -> UInt8 { UInt8(truncatingIfNeeded: max(0, min(sum >> 16, 255))) }
}
