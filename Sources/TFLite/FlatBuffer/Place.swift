/// Where in a file a table lies, in the words of the schema, for errors: `subgraphs[0].tensors[3].quantization`.
///
/// Most are never written out, which would take longer than to read the table.
indirect enum Place: Sendable, CustomStringConvertible {
    case root
    case field(Place, String)
    case element(Place, Int)

    var description: String {
        switch self {
        case .root: ""
        case .field(.root, let name): name
        case .field(let parent, let name): "\(parent).\(name)"
        case .element(let parent, let index): "\(parent)[\(index)]"
        }
    }
}
