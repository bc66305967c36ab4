/// What the TFLite Metadata in a file says; all of it is optional.
package struct ModelMetadata: Sendable, Hashable {
    package var notes: [String] = []
}

extension ModelMetadata {
    init(_ model: ModelTable, _ reader: Reader) {}
}
