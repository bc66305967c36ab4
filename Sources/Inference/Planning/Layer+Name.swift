import ModelGraph

extension Layer {
    /// The kind's name, for tables and messages. Writing out the whole kind would take longer than preparing many a layer.
    var name: String { Self.caseName(kind) }

    /// The name of the function that an element-by-element layer computes; nil for other kinds.
    var function: String? {
        switch kind {
        case .elementwise(let function, _): function.rawValue
        case .unary(let function), .gate(let function, _, _): Self.caseName(function)
        default: nil
        }
    }

    private static func caseName(_ value: Any) -> String { Mirror(reflecting: value).children.first?.label ?? "\(value)" }
}
