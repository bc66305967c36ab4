extension String {
    /// Text from a file that goes to logs and terminals: damaged UTF-8 is repaired, line ends and tabs become spaces, and other control
    /// characters U+FFFD, so that no name can steer a terminal or fake a line of a log.
    init(untrusted bytes: ArraySlice<UInt8>) {
        let text = String(decoding: bytes, as: UTF8.self)
        // 0xC2 starts the encodings of U+0080...U+009F, the other control characters.
        guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7F || $0 == 0xC2 }) else {
            self = text
            return
        }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09...0x0D: scalars.append(" ")
            case 0x00...0x1F, 0x7F...0x9F: scalars.append("\u{FFFD}")
            default: scalars.append(scalar)
            }
        }
        self = String(scalars)
    }
}
