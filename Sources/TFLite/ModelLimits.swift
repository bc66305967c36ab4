/// How much a model may ask for before it is refused. All limits are checked before anything of that size is allocated or computed.
package struct ModelLimits: Sendable, Hashable {
    /// The file's length.
    package var byteCount = 128 << 20
    package var tensorCount = 16_384
    package var operatorCount = 16_384
    /// The sum over all computed tensors; working memory is smaller, since tensors share it.
    package var activationByteCount = 1 << 30
    /// The sum of constant operands over all operators: what the weights take in memory, where those used twice count twice.
    package var constantByteCount = 256 << 20
    /// The work of one run, counted as `Graph.workCount` does: about its multiply-accumulates.
    package var workCount = 100_000_000_000

    package init() {}

    package static let `default` = ModelLimits()
}
