import CKernels

/// The C kernels of scans and of linear algebra, behind spans and matrices whose extents are checked before the call.
///
/// This folder is the only place of the module that imports `CKernels`. All of a CPU's kernels give the same bits. Immutable, shared by all
/// threads.
@safe package struct VectorKernels: Sendable {
    let scan: pk_scan_kernels
    let algebra: pk_algebra_kernels

    /// The fastest that this CPU has.
    package static let best = VectorKernels(flags: .max)
    /// Portable C.
    package static let baseline = VectorKernels(flags: 0)

    /// - Parameter flags: The features of CPUs that may be used, as `pk_cpu_flags` gives them.
    package init(flags: UInt32) {
        var scan = pk_scan_kernels()
        var algebra = pk_algebra_kernels()
        // SAFETY: both functions fill the struct with functions, which live as long as the program, and keep no pointer to it.
        unsafe pk_scan_init(&scan, flags & pk_cpu_flags())
        unsafe pk_algebra_init(&algebra, flags & pk_cpu_flags())
        self.scan = scan
        self.algebra = algebra
    }
}
