import Frames
import Glibc
import Imaging
import TestKit
import Testing

/// The most memory that the process has had, in bytes.
private func peakMemory() -> Int {
    var usage = rusage()
    getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
    return usage.ru_maxrss * 1_024
}

/// Damaged pictures give a picture or an error: no crash, no allocation beyond the limit, no long work.
@Suite(.serialized) struct MutantTests {
    private let limits = JPEGLimits(maximumPixelCount: 1_000_000, allowsProgressive: true)

    private func originals() throws -> [[UInt8]] {
        var files = try [jpeg(waves(160, 120)), jpeg(waves(97, 61, .grey), quality: 40)]
        files += PillowGoldens.jpegs.map { bytes(hexadecimal: $0.file) }
        if let clip = zooFile("clips/street.mjpeg") { files += images(ofClip: clip, limit: 3) }
        if let image = zooFile("images/multi_objects.jpg") { files.append(image) }
        return files
    }

    /// The outcome for one file, and the time that it took.
    private func attempt(_ file: [UInt8], _ picture: inout Picture) -> (error: ImagingError?, duration: Duration) {
        let clock = ContinuousClock()
        let start = clock.now
        do {
            try JPEGDecoder(limits: limits).decode(file.span, into: &picture)
            return (nil, clock.now - start)
        } catch {
            return (error, clock.now - start)
        }
    }

    @Test func mutantsGiveAPictureOrAnError() throws {
        let count = getenv("PICKET_FUZZ_MUTANTS").flatMap { Int(String(cString: $0)) } ?? 2_000
        let originals = try originals()
        let before = peakMemory()
        var picture = Picture()
        var (decoded, slowest) = (0, Duration.zero)
        for index in 0..<count {
            var mutator = ByteMutator(seed: UInt64(index))
            let (error, duration) = attempt(mutator.mutant(of: originals[index % originals.count]), &picture)
            if error == nil { decoded += 1 }
            slowest = max(slowest, duration)
            #expect(picture.pixels.capacity <= 4_000_000, "seed \(index)")
            #expect(duration < .seconds(2), "seed \(index)")
        }
        let growth = peakMemory() - before
        print("\(count) mutants: \(decoded) decoded, the slowest took \(slowest), memory grew by \(growth >> 20) MB")
        #expect(growth < 64 << 20)
    }

    @Test func truncationAtEachPercentIsCorrupt() throws {
        var picture = Picture()
        for file in try originals() {
            for percent in 0..<100 {
                let (error, _) = attempt(Array(file[0..<file.count * percent / 100]), &picture)
                guard case .corrupt = error else {
                    Issue.record("\(file.count) bytes cut to \(percent) % gave \(String(describing: error))")
                    return
                }
            }
        }
    }

    @Test func editedHeadersGiveAPictureOrAnError() throws {
        var picture = Picture()
        for file in try originals() {
            guard let sof = (0..<file.count - 1).first(where: { file[$0] == 0xFF && (0xC0...0xC2).contains(file[$0 + 1]) }) else {
                continue
            }
            for (width, height) in [(65_535, 65_535), (0, 10), (10, 0), (1, 65_535), (65_535, 1), (1_000, 1_000), (8, 8)] {
                let sizes = [height >> 8, height & 255, width >> 8, width & 255].map { UInt8($0) }
                var mutant = file
                mutant.replaceSubrange(sof + 5..<sof + 9, with: sizes)
                let error = attempt(mutant, &picture).error
                if width * height == 0 || width == 1_000 || width == height && width > 1_000 { #expect(error != nil) }
            }
            for count: UInt8 in 0...255 { _ = attempt(file.with(count, at: sof + 9), &picture) }
            for sampling: UInt8 in 0...255 { _ = attempt(file.with(sampling, at: sof + 11), &picture) }
            for marker: UInt8 in 0xC0...0xFE { _ = attempt(file.with(marker, at: sof + 1), &picture) }
        }
    }

    @Test func wrongOrderAndNumberOfMarkers() throws {
        var picture = Picture()
        for file in try originals() {
            let twoStarts = [0xFF, 0xD8] + file
            let noEnd = Array(file[0..<file.count - 2])
            let restartInterval = Array(file[0..<2]) + [0xFF, 0xDD, 0, 4, 0, 1] + Array(file[2...])
            let twice = file + file
            #expect(attempt(twoStarts, &picture).error != nil)
            #expect(attempt(noEnd, &picture).error != nil)
            _ = attempt(restartInterval, &picture)
            #expect(attempt(twice, &picture).error == nil)
            for table: UInt8 in [0xC4, 0xDB] {
                // Identifiers of tables that do not exist.
                guard let place = (0..<file.count - 4).first(where: { file[$0] == 0xFF && file[$0 + 1] == table }) else { continue }
                for identifier: UInt8 in [0x05, 0x0F, 0x1F, 0xF0, 0xFF] {
                    #expect(attempt(file.with(identifier, at: place + 4), &picture).error != nil)
                }
            }
        }
    }

    @Test func thousandsOfScansEndAtTheLimit() throws {
        // A progressive file whose last scan is there again and again.
        let file = bytes(hexadecimal: PillowGoldens.jpegs[4].file)
        let scans = (0..<file.count - 1).filter { file[$0] == 0xFF && file[$0 + 1] == 0xDA }
        let last = try #require(scans.last)
        let end = file.count - 2
        var bomb = Array(file[0..<end])
        for _ in 0..<80_000 { bomb += file[last..<end] }
        bomb += [0xFF, 0xD9]
        var picture = Picture()
        let (error, duration) = attempt(bomb, &picture)
        #expect(error != nil && duration < .seconds(1))
    }

    @Test func damagedBMPsGiveAPictureOrAnError() throws {
        guard let file = zooFile("images/squat.bmp") else { return }
        let small = Array(file[0..<20_000]).with(40, at: 18).with(0, at: 19).with(20, at: 22).with(0, at: 23)
        for seed in 0..<2_000 {
            var mutator = ByteMutator(seed: UInt64(seed))
            _ = try? opened(mutator.mutant(of: small, headerLength: 54))
        }
    }
}
