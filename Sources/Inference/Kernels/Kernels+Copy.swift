import CKernels

extension Kernels {
    /// Copies bytes as a strided copy says, when it consists of runs or of a transposition of bytes.
    /// - Returns: False when it is neither; nothing is copied then.
    @_lifetime(target: copy target)
    func copy(_ copy: StridedCopy, from source: borrowing Span<UInt8>, to target: inout MutableSpan<UInt8>) -> Bool {
        guard let form = copy.byteForm else { return false }
        var outer = copy.axes.dropLast(copy.axes.count > 1 ? 2 : 1)
        let unit = copy.unitByteCount
        repeatOver(&outer, copy.sourceOffset * unit, copy.targetOffset * unit, unit: unit, form, source, &target)
        return true
    }

    @_lifetime(target: copy target)
    private func repeatOver(
        _ axes: inout ArraySlice<StridedCopy.Axis>, _ from: Int, _ to: Int, unit: Int, _ form: StridedCopy.ByteForm,
        _ source: borrowing Span<UInt8>, _ target: inout MutableSpan<UInt8>
    ) {
        guard let axis = axes.first else {
            move(form, source, from, &target, to)
            return
        }
        var rest = axes.dropFirst()
        for index in 0..<axis.extent {
            repeatOver(
                &rest, from + index * axis.sourceStep * unit, to + index * axis.targetStep * unit, unit: unit, form, source, &target)
        }
    }

    @_lifetime(target: copy target)
    private func move(
        _ form: StridedCopy.ByteForm, _ source: borrowing Span<UInt8>, _ from: Int, _ target: inout MutableSpan<UInt8>, _ to: Int
    ) {
        precondition(from >= 0 && form.sourceExtent <= source.count - from && to >= 0 && form.targetExtent <= target.count - to)
        // SAFETY: the precondition covers every byte that the kernels read and write; steps are 0 or above.
        unsafe source.withUnsafeBufferPointer { source in
            unsafe target.withUnsafeMutableBufferPointer { target in
                let x = unsafe source.baseAddress.map { unsafe $0 + from }
                let out = unsafe target.baseAddress.map { unsafe $0 + to }
                switch form {
                case .runs(let runs, let count, let sourceStep, let targetStep):
                    unsafe copying.value.copy_runs?(x, sourceStep, out, targetStep, runs, count)
                case .transposition(let rows, let columns, let sourceStep, let targetStep):
                    unsafe copying.value.transpose?(x, sourceStep, out, targetStep, rows, columns)
                }
            }
        }
    }
}

extension StridedCopy {
    /// What the two innermost axes do, in bytes.
    enum ByteForm: Sendable {
        case runs(Int, count: Int, sourceStep: Int, targetStep: Int)
        /// Line r of the target is column r of the source.
        case transposition(rows: Int, columns: Int, sourceStep: Int, targetStep: Int)

        var sourceExtent: Int {
            switch self {
            case .runs(let runs, let count, let step, _): (runs - 1) * step + count
            case .transposition(let rows, let columns, let step, _): (columns - 1) * step + rows
            }
        }

        var targetExtent: Int {
            switch self {
            case .runs(let runs, let count, _, let step): (runs - 1) * step + count
            case .transposition(let rows, let columns, _, let step): (rows - 1) * step + columns
            }
        }
    }

    /// Nil for copies that the kernels do not know.
    var byteForm: ByteForm? {
        guard let inner = axes.last, axes.allSatisfy({ $0.sourceStep >= 0 && $0.targetStep >= 0 }) else { return nil }
        let lines = axes.count > 1 ? axes[axes.count - 2] : Axis(extent: 1, sourceStep: 0, targetStep: 0)
        if inner.sourceStep == 1, inner.targetStep == 1 {
            return .runs(
                lines.extent, count: inner.extent * unitByteCount, sourceStep: lines.sourceStep * unitByteCount,
                targetStep: lines.targetStep * unitByteCount)
        }
        guard unitByteCount == 1, inner.targetStep == 1, lines.sourceStep == 1 else { return nil }
        return .transposition(rows: lines.extent, columns: inner.extent, sourceStep: inner.sourceStep, targetStep: lines.targetStep)
    }
}
