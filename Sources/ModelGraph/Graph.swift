package import Tensors

/// A model as a list of layers over tensors: the only form that the loaders produce and the engine reads.
///
/// No file format, no kernels. Layers are in an order in which each input was computed earlier, or is an input of the graph or a constant.
/// `Graph+Validation.swift` proves this, the shapes and the types; a `Graph` that exists is sound.
package struct Graph: Sendable {
    package let name: String
    package let tensors: [Tensor]
    package let layers: [Layer]
    /// Indices into `tensors`.
    package let inputs: [Int]
    /// Indices into `tensors`.
    package let outputs: [Int]

    package struct Tensor: Sendable {
        package var name: String
        package var elementType: ElementType
        package var shape: Shape
        /// Nil for tensors of integers or floats that stand for themselves.
        package var quantization: Quantization?
        /// The elements, row-major, little-endian, when they are known with the model.
        package var constant: ArraySlice<UInt8>?

        package init(
            name: String, elementType: ElementType, shape: Shape, quantization: Quantization? = nil, constant: ArraySlice<UInt8>? = nil
        ) {
            self.name = name
            self.elementType = elementType
            self.shape = shape
            self.quantization = quantization
            self.constant = constant
        }

        package var byteCount: Int { shape.elementCount * elementType.byteCount }
    }

    /// For `Graph+Validation.swift` only, which proves what the header promises.
    init(unchecked name: String, tensors: [Tensor], layers: [Layer], inputs: [Int], outputs: [Int]) {
        self.name = name
        self.tensors = tensors
        self.layers = layers
        self.inputs = inputs
        self.outputs = outputs
    }
}
