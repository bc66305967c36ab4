package import Inference
import Tensors

/// How long a layer takes.
package struct LayerTime: Sendable, Hashable {
    /// In the order of the plan.
    package let index: Int
    package let outline: LayerOutline
    package let milliseconds: Double

    package init(index: Int, outline: LayerOutline, milliseconds: Double) {
        self.index = index
        self.outline = outline
        self.milliseconds = milliseconds
    }

    /// In billions of multiply-accumulates a second; nil for layers without any.
    package var rate: Double? {
        outline.multiplyAccumulateCount > 0 && milliseconds > 0 ? Double(outline.multiplyAccumulateCount) / milliseconds / 1e6 : nil
    }

    /// What layers are summed up and coloured by: `convolution 1x1`, `convolution`, `depthwise`, `fully connected` ...
    package var family: String {
        let name = self.name
        return name == "convolution" && outline.window?.height == 1 && outline.window?.width == 1 ? "convolution 1x1" : name
    }

    /// `depthwise 3x3/2`
    package var label: String { name + (outline.window.map { " \($0)" } ?? "") }

    /// `add`, `gate logistic`; the kind of layers that compute one thing only.
    private var name: String {
        switch (outline.kind, outline.function) {
        case ("elementwise", let function?), ("unary", let function?): Self.words(function)
        case (let kind, let function?): Self.words(kind) + " " + Self.words(function)
        case (let kind, nil): Self.words(kind)
        }
    }

    /// `56x56x24 -> 56x56x144`, without a batch of one.
    package var shapes: String {
        [outline.input, outline.output].compactMap { shape in
            guard let extents = shape?.extents else { return nil }
            let inner = extents.first == 1 && extents.count > 1 ? extents.dropFirst() : extents[...]
            return inner.isEmpty ? "1" : inner.map(String.init).joined(separator: "x")
        }
        .joined(separator: " -> ")
    }

    /// `averagePool2D` as `average pool`.
    private static func words(_ kind: String) -> String {
        switch kind {
        case "depthwiseConvolution2D": return "depthwise"
        case "gatherND": return "gather"
        default: break
        }
        var words = ""
        for character in kind.hasSuffix("2D") ? kind.dropLast(2) : kind[...] {
            words += character.isUppercase ? " " + character.lowercased() : String(character)
        }
        return words
    }
}

/// The layers of a kind together.
package struct LayerFamily: Sendable, Equatable {
    package let name: String
    package private(set) var layerCount = 0
    package private(set) var milliseconds = 0.0
    package private(set) var multiplyAccumulateCount = 0

    /// In billions of multiply-accumulates a second; nil for layers without any.
    package var rate: Double? {
        multiplyAccumulateCount > 0 && milliseconds > 0 ? Double(multiplyAccumulateCount) / milliseconds / 1e6 : nil
    }

    /// The families of some layers, the one that takes longest first.
    package static func families(of layers: [LayerTime]) -> [LayerFamily] {
        var families: [LayerFamily] = []
        for layer in layers {
            let name = layer.family
            let index = families.firstIndex { $0.name == name } ?? families.count
            if index == families.count { families.append(LayerFamily(name: name)) }
            families[index].layerCount += 1
            families[index].milliseconds += layer.milliseconds
            families[index].multiplyAccumulateCount += layer.outline.multiplyAccumulateCount
        }
        return families.sorted { ($0.milliseconds, $1.name) > ($1.milliseconds, $0.name) }
    }
}
