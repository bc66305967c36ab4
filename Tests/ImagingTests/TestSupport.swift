import Frames
import Glibc
import Imaging
import Testing

/// One byte for each output of SplitMix64, as in make_pillow_goldens.py.
func randomBytes(seed: UInt64, count: Int) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return UInt8(truncatingIfNeeded: z ^ (z >> 31))
    }
}

func fnv(_ bytes: [UInt8]) -> UInt64 {
    bytes.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
}

func bytes(hexadecimal text: String) -> [UInt8] {
    let digits = text.utf8.map { $0 >= 0x61 ? $0 - 0x61 + 10 : $0 - 0x30 }
    return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
}

func randomPicture(seed: UInt64, _ width: Int, _ height: Int, _ layout: Picture.Layout = .rgb) throws -> Picture {
    let size = Size(width: width, height: height)
    return try #require(Picture(size: size, layout: layout, pixels: randomBytes(seed: seed, count: width * height * layout.channelCount)))
}

/// Waves: a picture that compresses like a photograph.
func waves(_ width: Int, _ height: Int, _ layout: Picture.Layout = .rgb) throws -> Picture {
    var pixels: [UInt8] = []
    for y in 0..<height {
        for x in 0..<width {
            for channel in 0..<layout.channelCount {
                pixels.append(UInt8(128 + 90 * sin(Double(x) / Double(5 + channel)) * cos(Double(y) / 9) + 30 * sin(Double(x * y) / 700)))
            }
        }
    }
    return try #require(Picture(size: Size(width: width, height: height), layout: layout, pixels: pixels))
}

func jpeg(_ picture: Picture, quality: Int = 80) throws -> [UInt8] {
    var bytes: [UInt8] = []
    try JPEGEncoder(quality: quality).encode(picture, into: &bytes)
    return bytes
}

/// The picture in a file's bytes.
func opened(_ file: [UInt8], _ layout: Picture.Layout = .rgb) throws(ImagingError) -> Picture {
    try Picture(file: file.span, layout: layout)
}

func frame(_ format: PixelFormat, _ size: Size, bytesPerRow: Int, _ bytes: [UInt8]) -> Frame {
    Frame(
        sequence: 0, timestamp: Timestamp(nanoseconds: 0), wallNanoseconds: 0, format: format, size: size, bytesPerRow: bytesPerRow,
        bytes: bytes)
}

/// The folder with models, images and clips; nil when the machine has none.
let zoo: String? = {
    let given = getenv("PICKET_ZOO").map { String(cString: $0) }
    return [given, "../shared/zoo"].compactMap(\.self).first { access($0 + "/images", R_OK) == 0 }
}()

/// A file of the zoo, or nil with a message.
func zooFile(_ name: String) -> [UInt8]? {
    guard let zoo, let file = fopen(zoo + "/" + name, "rb") else {
        print("skipped: no zoo with \(name); set PICKET_ZOO")
        return nil
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 1 << 16)
    while true {
        let count = fread(&chunk, 1, chunk.count, file)
        if count == 0 { return bytes }
        bytes += chunk[0..<count]
    }
}

/// The images of a file in which JPEGs follow one another.
func images(ofClip bytes: [UInt8], limit: Int) -> [[UInt8]] {
    var images: [[UInt8]] = []
    var start = 0
    for index in 0..<max(bytes.count - 1, 0) where bytes[index] == 0xFF && bytes[index + 1] == 0xD9 {
        images.append(Array(bytes[start..<index + 2]))
        start = index + 2
        if images.count == limit { break }
    }
    return images
}
