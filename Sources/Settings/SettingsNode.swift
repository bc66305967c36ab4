/// A value in a settings file and where it stands.
///
/// Scalars stay text until somebody asks for a number, so that `on`, `no` and `1e3` mean what their reader says they mean.
package struct SettingsNode: Sendable, Hashable {
    package enum Content: Sendable, Hashable {
        case scalar(String)
        case sequence([SettingsNode])
        case mapping([Entry])
        /// Nothing after the colon, `~` or `null`.
        case null
    }

    package struct Entry: Sendable, Hashable {
        package let key: String
        package let keyPosition: Position
        package let value: SettingsNode
    }

    package let content: Content
    package let position: Position
    /// For example `nodes[2].threshold`; empty for the root.
    package let path: String

    /// The value of a key when this is a mapping that has it.
    package subscript(key: String) -> SettingsNode? {
        guard case .mapping(let entries) = content else { return nil }
        return entries.first { $0.key == key }?.value
    }

    /// What a person would call the value: `the list`, `'text'`.
    package var kindForMessages: String {
        switch content {
        case .scalar(let text): Excerpt.quoted(text)
        case .sequence: "a list"
        case .mapping: "a mapping"
        case .null: "nothing"
        }
    }
}
