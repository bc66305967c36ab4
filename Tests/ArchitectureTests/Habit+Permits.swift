extension Habit {
    /// Where it is allowed, and why. An entry that nothing needs any more fails the test, so that the list only says what is true.
    var permits: [Permit] {
        switch self {
        case .unsafeCode:
            [
                Permit("Actions/Lines/Libgpiod.swift", "imports CGPIO"),
                Permit("Actions/Syscalls.swift", "system calls of the output thread"),
                Permit("Appliance/Doctor/SystemReadings.swift", "stat, statvfs, access and the write that is timed"),
                Permit("Appliance/Service/ConsoleLogHandler.swift", "writes whole lines to standard error"),
                Permit("Appliance/Service/RefusalPause.swift", "stat of the configuration, open of its mark"),
                Permit("Appliance/Service/ServiceNotifier.swift", "datagram to the service manager"),
                Permit("Appliance/Service/SignalQueue.swift", "signal mask and sigwait"),
                Permit("Appliance/Service/StorageLock.swift", "flock on the storage folder"),
                Permit("Capture/System/Files.swift", "system calls of clips, folders and pipes"),
                Permit("Capture/System/LinuxCameraKernel.swift", "imports CV4L2: ioctl and the mapped buffers"),
                Permit("Imaging/Decoding/JPEGCodec.swift", "imports CJPEG"),
                Permit("Inference/Kernels/", "imports CKernels: one call for each kernel"),
                Permit("Journal/Syscalls.swift", "statvfs of the log's folder, boot id and clock"),
                Permit("Learning/Kernels/", "imports CKernels: one call for each kernel"),
                Permit("Models/Loading/RegularFile.swift", "open, fstat and read of files that people name"),
                Permit("picket/Terminal/Terminal.swift", "isatty, getenv and write to the terminal"),
                Permit("picket/Terminal/Text.swift", "localtime_r: the time where the board stands"),
                Permit("Storage/System/", "pread, pwrite, rename, fsync, flock and mmap of what is kept"),
                Permit("Tensors/Arena.swift", "owns the memory that all tensors share"),
                Permit("Tensors/Pages.swift", "advice about memory that the caller owns"),
                Permit("Threads/Monitor.swift", "condition variable with a deadline"),
                Permit("Threads/Syscalls.swift", "threads, clocks and the doorbell's pipe"),
            ]
        case .wrapping:
            [
                Permit("FixedPoint/", "the normative arithmetic, bounds beside it"),
                Permit("Inference/Layers/Reference/", "the norm of every kernel, bounds beside it"),
                Permit("Inference/Layers/Mean.swift", "sums in the form of the norm; fewer than 2^23 elements"),
                Permit("Inference/Layers/OutputStage.swift", "wraps where the norm wraps, proven when loading"),
                Permit("Imaging/Decoding/ColourConversion.swift", "pixel loop; sums of bytes times constants"),
                Permit("Imaging/Input/TensorFiller.swift", "pixel loop; the place is checked before"),
                Permit("Imaging/Picture.swift", "pixel loop; weights that sum to 65 536"),
                Permit("Imaging/Resampling/ResamplingPasses.swift", "pixel loop; weights that sum to 2^22"),
                Permit("Imaging/Drawing/Colour.swift", "FNV-1a hash"),
                Permit("Capture/System/Files.swift", "FNV-1a hash"),
                Permit("Capture/Camera/DriverCounters.swift", "V4L2's frame numbers wrap at 2^32"),
                Permit("Capture/System/LinuxCameraKernel.swift", "a timestamp that is checked after"),
            ]
        case .uncheckedSendable:
            [
                Permit("Tensors/Arena.swift", "the parts of one layer write disjoint bytes"),
                Permit("Threads/Monitor.swift", "all state behind its mutex"),
            ]
        case .nonisolatedUnsafe, .preconcurrency: []
        case .cLibrary:
            [
                Permit("Actions/Syscalls.swift", "system calls of the output thread"),
                Permit("Appliance/Doctor/SystemReadings.swift", "stat, statvfs, access, fsync"),
                Permit("Appliance/Service/ConsoleLogHandler.swift", "write"),
                Permit("Appliance/Service/RefusalPause.swift", "stat, open"),
                Permit("Appliance/Service/ServiceNotifier.swift", "socket and sendto"),
                Permit("Appliance/Service/SignalQueue.swift", "sigwait"),
                Permit("Appliance/Service/StorageLock.swift", "flock"),
                Permit("Capture/System/Files.swift", "open, read, poll, inotify"),
                Permit("Capture/System/LinuxCameraKernel.swift", "open, ioctl, poll, mmap"),
                Permit("Inference/Kernels/Tier+Machine.swift", "getenv for PICKET_CPU"),
                Permit("Inference/Layers/Reference/Exponentials.swift", "exp, which the reference takes from it"),
                Permit("Journal/Syscalls.swift", "statvfs, open, read, access"),
                Permit("Models/Loading/RegularFile.swift", "open, fstat, read, madvise"),
                Permit("Storage/System/", "pread, pwrite, rename, fsync, flock, mmap"),
                Permit("Tensors/Arena.swift", "madvise"),
                Permit("Tensors/Pages.swift", "madvise"),
                Permit("picket/Terminal/Terminal.swift", "isatty, getenv, write"),
                Permit("picket/Terminal/Text.swift", "localtime_r"),
                Permit("Threads/Monitor.swift", "pthread_cond_timedwait"),
                Permit("Threads/Syscalls.swift", "threads, clocks and the doorbell's pipe"),
            ]
        }
    }
}
