import ModelGraph

extension Layer {
    /// The kind's name, for tables and messages.
    var name: String { String(String(describing: kind).prefix { $0 != "(" }) }
}
