/// Why a list of tensors and layers is not a graph that the engine can run.
package struct GraphError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Where in the model, for example `operators[12].inputs[1]` or `tensors[17].shape`.
    package let path: String
    /// What is wrong there, with the numbers, for example `has 3 channels, the weights expect 4`.
    package let reason: String

    package init(path: String, reason: String) {
        self.path = path
        self.reason = reason
    }

    package var description: String { "\(path): \(reason)" }
}
