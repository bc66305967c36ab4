package import Frames
package import Operators
package import Predictions

/// Runs the models of a workflow on the frames that its executor names. Used on the executor's thread only.
package protocol ModelRunner: ~Copyable {
    associatedtype Failure: Error

    /// A new frame comes; it stays the current one until the next call. Decoding can wait until somebody needs the pixels.
    mutating func begin(_ frame: Frame) throws(Failure)

    /// - Parameters:
    ///   - node: the index of a model node in the definition.
    ///   - images: regions of the current frame; never empty.
    ///   - output: empty; takes what the model says, with boxes in frame coordinates, each with the index of the image that it is about.
    mutating func predict(node: Int, images: [Prediction], into output: inout Lane) throws(Failure)

    /// The current frame's brightness at low resolution. Asked for only when the workflow has a motion gate.
    mutating func readLuma(into grid: inout LumaGrid) throws(Failure)
}
