/// Writes the compressed form that PNG asks for (zlib, RFC 1950 and 1951), shortening runs of equal bytes and nothing else.
///
/// One block with the fixed code, so that there are no tables to make: a run of 258 bytes takes 13 bits.
struct RunCompressor {
    private var bytes: [UInt8] = []
    /// Bits that do not fill a byte yet, the first one lowest.
    private var bits: UInt32 = 0
    private var bitCount = 0

    static func zlib(_ input: [UInt8]) -> [UInt8] {
        var compressor = RunCompressor()
        // A window of 32 kB, the fastest compression.
        compressor.bytes = [0x78, 0x01]
        compressor.append(bits: 0b011, count: 3)
        compressor.compress(input)
        compressor.append(symbol: 256)
        compressor.append(bits: 0, count: 7)
        let checksum = adler32(input)
        return compressor.bytes + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> UInt32($0)) }
    }

    static func adler32(_ input: [UInt8]) -> UInt32 {
        var (low, high) = (UInt32(1), UInt32(0))
        // 5552 bytes are the most that 32 bits hold without a remainder in between.
        for start in stride(from: 0, to: input.count, by: 5552) {
            for byte in input[start..<min(start + 5552, input.count)] {
                low += UInt32(byte)
                high += low
            }
            low %= 65_521
            high %= 65_521
        }
        return high << 16 | low
    }

    private mutating func compress(_ input: [UInt8]) {
        var index = 0
        while index < input.count {
            let byte = input[index]
            var end = index + 1
            while end < input.count, input[end] == byte { end += 1 }
            append(symbol: Int(byte))
            index += 1
            while end - index >= 3 {
                let length = min(end - index, 258)
                append(length: length)
                index += length
            }
            for _ in index..<end { append(symbol: Int(byte)) }
            index = end
        }
    }

    /// Repeats the byte before 3...258 times.
    private mutating func append(length: Int) {
        let excess = length - 3
        if length == 258 {
            append(symbol: 285)
        } else if excess < 8 {
            append(symbol: 257 + excess)
        } else {
            let extra = Int.bitWidth - 3 - excess.leadingZeroBitCount
            append(symbol: 257 + 4 * extra + excess >> extra)
            append(bits: UInt32(excess & (1 << extra - 1)), count: extra)
        }
        // The distance 1.
        append(bits: 0, count: 5)
    }

    /// The fixed code of a literal, of the end or of a length, RFC 1951 section 3.2.6.
    private mutating func append(symbol: Int) {
        switch symbol {
        case ..<144: append(code: 0x30 + symbol, count: 8)
        case ..<256: append(code: 0x190 + symbol - 144, count: 9)
        case ..<280: append(code: symbol - 256, count: 7)
        default: append(code: 0xC0 + symbol - 280, count: 8)
        }
    }

    /// Codes begin with their highest bit, all other numbers with their lowest.
    private mutating func append(code: Int, count: Int) {
        var reversed: UInt32 = 0
        for bit in 0..<count { reversed |= UInt32(code >> bit & 1) << UInt32(count - 1 - bit) }
        append(bits: reversed, count: count)
    }

    private mutating func append(bits more: UInt32, count: Int) {
        bits |= more << UInt32(bitCount)
        bitCount += count
        while bitCount >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
            bitCount -= 8
        }
    }
}
