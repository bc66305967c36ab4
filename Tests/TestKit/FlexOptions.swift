/// Writes FlexBuffer maps of numbers, all four bytes wide: the options of custom operators.
package enum FlexOptions {
    package enum Value: Sendable {
        case int(Int32)
        case float(Float)
        case bool(Bool)
    }

    package static let detection: [(String, Value)] = [
        ("detections_per_class", .int(100)), ("h_scale", .float(5)), ("max_classes_per_detection", .int(1)), ("max_detections", .int(10)),
        ("nms_iou_threshold", .float(0.6)), ("nms_score_threshold", .float(0.3)), ("num_classes", .int(2)),
        ("use_regular_nms", .bool(false)), ("w_scale", .float(5)), ("x_scale", .float(10)), ("y_scale", .float(10)),
    ]

    package static func map(_ entries: [(String, Value)]) -> [UInt8] {
        var bytes: [UInt8] = []
        var keys: [Int] = []
        for (key, _) in entries {
            keys.append(bytes.count)
            bytes += Array(key.utf8) + [0]
        }
        func word(_ value: Int) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) } }
        bytes += word(entries.count)
        let keyVector = bytes.count
        for key in keys { bytes += word(bytes.count - key) }
        bytes += word(bytes.count - keyVector)
        bytes += word(4)
        bytes += word(entries.count)
        let values = bytes.count
        for (_, value) in entries {
            switch value {
            case .int(let number): bytes += word(Int(number))
            case .float(let number): bytes += word(Int(number.bitPattern))
            case .bool(let flag): bytes += word(flag ? 1 : 0)
            }
        }
        for (_, value) in entries {
            switch value {
            case .int: bytes.append(1 << 2 | 2)
            case .float: bytes.append(3 << 2 | 2)
            case .bool: bytes.append(26 << 2 | 2)
            }
        }
        // The root: how far back the values start, its type (a map of four-byte numbers) and its own width.
        return bytes + word(bytes.count - values) + [9 << 2 | 2, 4]
    }
}
