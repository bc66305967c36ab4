import ModelGraph

extension Preparation {
    /// Inputs x [N,H,W,I], weights [O,KH,KW,I] constant, bias [O] int32 constant or absent; y's shape is the file's.
    ///
    /// The reference scatters each input over the outputs; this gathers for each output the inputs that reach it, and sums the same
    /// products.
    mutating func prepareTransposeConvolution2D(_ convolution: Convolution2D) throws(InferenceError) -> any PreparedLayer {
        try prepareConvolution(convolution, transposed: true)
    }
}
