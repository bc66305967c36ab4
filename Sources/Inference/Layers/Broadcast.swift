import Tensors

/// How the elements of two inputs meet in the output of an element-by-element layer, by NumPy's rule: shapes are aligned at their last
/// axes, and an extent of 1 is repeated.
///
/// Neighbouring axes that behave alike are merged. Equal shapes and scalars give one axis, a vector of channels two.
struct Broadcast: Sendable {
    struct Axis: Sendable, Hashable {
        var extent: Int
        /// Elements between neighbours of the first input; 0 repeats one element.
        var firstStep: Int
        var secondStep: Int
    }

    /// Outermost first. The innermost has steps of 0 or 1.
    let axes: [Axis]
    /// What of the outermost axis is meant: all of it, unless this is a part.
    private(set) var outer: Range<Int>
    /// Elements of the output for one step of the outermost axis.
    let innerCount: Int

    /// Nil when the shapes do not broadcast to `output`.
    init?(_ first: Shape, _ second: Shape, to output: Shape) {
        guard let firstSteps = Self.steps(of: first, in: output), let secondSteps = Self.steps(of: second, in: output) else { return nil }
        var merged: [Axis] = []
        for index in 0..<output.rank where output[index] > 1 {
            let axis = Axis(extent: output[index], firstStep: firstSteps[index], secondStep: secondSteps[index])
            if let last = merged.last, last.firstStep == axis.extent * axis.firstStep, last.secondStep == axis.extent * axis.secondStep {
                merged[merged.count - 1] = Axis(
                    extent: last.extent * axis.extent, firstStep: axis.firstStep, secondStep: axis.secondStep)
            } else {
                merged.append(axis)
            }
        }
        if merged.isEmpty { merged = [Axis(extent: 1, firstStep: 1, secondStep: 1)] }
        axes = merged
        outer = 0..<merged[0].extent
        innerCount = merged.dropFirst().reduce(1) { $0 * $1.extent }
    }

    /// The same for some of the outermost axis. Allocates nothing.
    func part(_ range: Range<Int>) -> Broadcast {
        var part = self
        part.outer = range
        return part
    }

    private static func steps(of shape: Shape, in output: Shape) -> [Int]? {
        let missing = output.rank - shape.rank
        guard missing >= 0 else { return nil }
        let strides = shape.strides
        var steps: [Int] = []
        for axis in 0..<output.rank {
            let extent = axis < missing ? 1 : shape[axis - missing]
            guard extent == output[axis] || extent == 1 else { return nil }
            steps.append(extent == 1 ? 0 : strides[axis - missing])
        }
        return steps
    }
}
