import ModelGraph
import Tensors

/// A block of elements copied from one dense tensor into another: all that CONCATENATION, SPLIT, PACK, UNPACK, TRANSPOSE, STRIDED_SLICE
/// and the inner part of PAD do.
///
/// Neighbouring axes that follow each other in memory on both sides are merged, and runs are copied in the widest unit that divides
/// everything, so that the common cases are long runs of words.
struct StridedCopy: Sendable {
    /// Steps are units between neighbours; they may be negative on the source side.
    struct Axis: Sendable, Hashable {
        var extent: Int
        var sourceStep: Int
        var targetStep: Int
    }

    /// Outermost first; the last is the innermost loop.
    let axes: [Axis]
    /// 1, 2, 4 or 8: what is copied at a time.
    let unitByteCount: Int
    /// In units.
    let sourceOffset: Int
    /// In units.
    let targetOffset: Int

    /// Nil unless all that is read lies within `sourceCount` elements and all that is written within `targetCount`.
    ///
    /// Strides, offsets and counts are in elements, the axes outermost first.
    /// - Parameter byteOffsets: where the tensors start in the arena, which the unit divides, too.
    init?(
        extents: [Int], sourceStrides: [Int], sourceOffset: Int = 0, sourceCount: Int, targetStrides: [Int], targetOffset: Int = 0,
        targetCount: Int, elementByteCount: Int, byteOffsets: [Int] = []
    ) {
        guard extents.count <= Shape.maximumRank, extents.count == sourceStrides.count, extents.count == targetStrides.count,
            extents.allSatisfy({ $0 >= 1 }), Self.fits(extents, sourceStrides, sourceOffset, sourceCount),
            Self.fits(extents, targetStrides, targetOffset, targetCount)
        else { return nil }
        var merged: [Axis] = []
        for axis in extents.indices where extents[axis] > 1 {
            Self.append(Axis(extent: extents[axis], sourceStep: sourceStrides[axis], targetStep: targetStrides[axis]), to: &merged)
        }
        if merged.isEmpty { merged = [Axis(extent: 1, sourceStep: 1, targetStep: 1)] }
        let inner = merged.removeLast()
        let isRun = inner.sourceStep == 1 && inner.targetStep == 1
        // Everything that the unit must divide, in elements.
        let lengths =
            merged.flatMap { [$0.sourceStep, $0.targetStep] } + [sourceOffset, targetOffset, sourceCount, targetCount, inner.extent]
        var unit = elementByteCount
        let byteLengths = lengths.map { $0 * elementByteCount } + byteOffsets
        while isRun, unit < 8, byteLengths.allSatisfy({ $0 % (unit * 2) == 0 }) { unit *= 2 }
        func units(_ length: Int) -> Int { length * elementByteCount / unit }
        merged = merged.map { Axis(extent: $0.extent, sourceStep: units($0.sourceStep), targetStep: units($0.targetStep)) }
        merged.append(isRun ? Axis(extent: units(inner.extent), sourceStep: 1, targetStep: 1) : inner)
        axes = merged
        unitByteCount = unit
        self.sourceOffset = units(sourceOffset)
        self.targetOffset = units(targetOffset)
    }

    /// Whether the source lies in memory as the target, without gaps.
    var isRun: Bool { axes.count == 1 && axes[0].sourceStep == 1 && axes[0].targetStep == 1 }

    /// Whether each position offset + sum of index * stride is in 0..<count. Numbers of absurd size do not fit.
    private static func fits(_ extents: [Int], _ strides: [Int], _ offset: Int, _ count: Int) -> Bool {
        var (lowest, highest) = (offset, offset)
        for (extent, stride) in zip(extents, strides) {
            let (reach, overflow) = (extent - 1).multipliedReportingOverflow(by: stride)
            guard !overflow, abs(reach) <= Shape.maximumElementCount else { return false }
            if reach < 0 { lowest += reach } else { highest += reach }
        }
        return lowest >= 0 && highest < count
    }

    private static func append(_ axis: Axis, to merged: inout [Axis]) {
        if let last = merged.last, last.sourceStep == axis.extent * axis.sourceStep, last.targetStep == axis.extent * axis.targetStep {
            merged[merged.count - 1] = Axis(
                extent: last.extent * axis.extent, sourceStep: axis.sourceStep, targetStep: axis.targetStep)
        } else {
            merged.append(axis)
        }
    }
}

/// Strided copies, each from its own input region to its own output region; none where everything lies where it should.
struct PreparedCopies: PreparedLayer {
    struct Part: Sendable {
        let copy: StridedCopy
        /// Nil on the reference tier.
        let kernels: Kernels?
        let input: Region
        let output: Region
    }

    let parts: [Part]

    /// Without the copies of bytes to where they are: the planner put an output into its input, or an input into its output.
    init(parts: [Part]) { self.parts = parts.filter { !$0.isInPlace } }

    func run(_ arena: borrowing Arena) {
        for part in parts { part.run(arena) }
    }
}

extension PreparedCopies.Part {
    fileprivate var isInPlace: Bool {
        let (source, target) = (copy.sourceOffset * copy.unitByteCount, copy.targetOffset * copy.unitByteCount)
        return copy.isRun && input.byteOffset + source == output.byteOffset + target
    }

    func run(_ arena: borrowing Arena) {
        if let kernels {
            var target = arena.mutableSpan(output, of: UInt8.self)
            if kernels.copy(copy, from: arena.span(input), to: &target) { return }
        }
        switch copy.unitByteCount {
        case 1: run(arena, UInt8.self)
        case 2: run(arena, UInt16.self)
        case 4: run(arena, UInt32.self)
        default: run(arena, UInt64.self)
        }
    }

    @inline(__always)
    private func run<Unit: BitwiseCopyable>(_ arena: borrowing Arena, _ type: Unit.Type) {
        var target = arena.mutableSpan(output, of: Unit.self)
        CopyReference.copy(copy, from: arena.span(input, of: Unit.self), to: &target)
    }
}

extension Preparation {
    /// A strided copy from an input to an output, or an error when it does not fit.
    func copyPart(
        input: Int, output outputIndex: Int = 0, extents: [Int], sourceStrides: [Int], sourceOffset: Int = 0, targetStrides: [Int],
        targetOffset: Int = 0
    ) throws(InferenceError) -> PreparedCopies.Part {
        let (x, y) = (try self.input(input), try output(outputIndex))
        let (source, target) = (try inputRegion(input), try outputRegion(outputIndex))
        try requireSameType(x, y)
        guard
            let copy = StridedCopy(
                extents: extents, sourceStrides: sourceStrides, sourceOffset: sourceOffset, sourceCount: x.shape.elementCount,
                targetStrides: targetStrides, targetOffset: targetOffset, targetCount: y.shape.elementCount,
                elementByteCount: x.elementType.byteCount, byteOffsets: [source.byteOffset, target.byteOffset])
        else { throw unsupported("shapes \(x.shape) to \(y.shape)") }
        return PreparedCopies.Part(copy: copy, kernels: fastKernels, input: source, output: target)
    }
}
