import Actions
import Appliance
import Foundation
import Frames
import Imaging
import Journal
import Predictions
import Synchronization
import Testing

@Suite(.serialized) struct DaemonTests {
    /// Runs a daemon to its end.
    /// - Parameter onStatus: called once a second with the number of the call, on the daemon's thread.
    /// - Returns: what it threw.
    private func run(
        _ place: Workplace, _ book: LogBook, onStatus: @escaping @Sendable (Int, Daemon.Status) -> Void = { _, _ in }
    ) -> String? {
        onOwnThread {
            let signals = SignalQueue()
            var count = 0
            let daemon = Daemon(.init(configurationPath: place.file), signals: signals, logger: book.logger) { status in
                count += 1
                onStatus(count, status)
            }
            do {
                try daemon.run()
                return nil
            } catch {
                return "\(error)"
            }
        }
    }

    private func snapshot(_ record: JournalReader.Record, _ folder: String) throws -> Picture {
        let name = try #require(record.snapshots.first)
        return try Picture(file: [UInt8](try Data(contentsOf: URL(filePath: folder + "/" + name))).span)
    }

    @Test func aClipRunsToItsEndAndLeavesALogAndSafeOutputs() throws {
        let place = try Workplace()
        try place.write("picket.yaml", Array(Demo.workflow(device: try place.clip(0..<90), fps: 60).utf8))
        let book = LogBook()
        #expect(run(place, book) == nil)
        #expect(book.text.contains("camera is streaming") && book.text.hasSuffix("stopped"), "\(book.text)")
        let reader = try JournalReader(folder: place.folder + "/journal")
        let records = try reader.events(.init())
        #expect(!records.isEmpty)
        for record in records {
            #expect(record.event.state == .closed && record.event.explanation.contains("pads: visual-detector"))
            #expect(record.modelDigests.hasPrefix("pads=") && record.configurationDigest.count == 64)
            #expect(try snapshot(record, reader.folder).size == Size(width: 320, height: 240))
        }
        let edges = try reader.edges(limit: 1000)
        #expect(edges.contains { $0.node == "landing-light" && $0.isActive } || edges.contains { $0.node == "warning-lamp" && $0.isActive })
        for node in Set(edges.map(\.node)) { #expect(edges.last { $0.node == node }?.isActive == false, "\(node)") }
        #expect(edges.allSatisfy { $0.line.contains("simulated") }, "\(edges.map(\.line))")
    }

    @Test func nobodySeesWhatIsMasked() throws {
        let place = try Workplace()
        let mask = "  masks: [{name: neighbour, polygon: [0, 0, 0.25, 0, 0.25, 1, 0, 1]}]"
        try place.write("picket.yaml", Array(Demo.workflow(device: try place.clip(0..<20), fps: 60, camera: mask).utf8))
        #expect(run(place, LogBook()) == nil)
        let reader = try JournalReader(folder: place.folder + "/journal")
        let picture = try snapshot(try #require(try reader.events(.init()).first), reader.folder)
        var (hidden, shown) = (0, 0)
        for row in 0..<240 {
            let line = picture.pixels[row * 960..<(row + 1) * 960]
            // Two blocks of the JPEG about the edge are left out.
            hidden = max(hidden, Int(line.prefix(80 * 3 - 48).max() ?? 0))
            shown = max(shown, Int(line.dropFirst(80 * 3 + 48).max() ?? 0))
        }
        #expect(hidden < 12 && shown > 100)
    }

    @Test func aClipThatIsNotThereIsAnError() throws {
        let message = run(try Workplace(Demo.workflow(device: "/nowhere/clip.mjpeg")), LogBook())
        #expect(message?.contains("/nowhere/clip.mjpeg") == true)
    }

    @Test func aConfigurationThatCannotBeUsedIsTold() throws {
        #expect(run(try Workplace(Demo.workflow(end: "nonsense: 1")), LogBook())?.contains("unknown key 'nonsense'") == true)
    }

    @Test func oneStorageFolderIsForOneProcess() throws {
        let place = try Workplace(Demo.workflow(device: "/nowhere/clip.mjpeg"))
        do {
            let lock = try StorageLock(folder: place.folder + "/journal")
            #expect(run(place, LogBook())?.contains("another picket already uses") == true)
            withExtendedLifetime(lock) {}
        }
        #expect(run(place, LogBook())?.contains("already") == false)
    }

    @Test func reloadsTakeOverAndBadOnesAreRefused() throws {
        let place = try Workplace()
        let clip = try place.clip(0..<60)
        let first = Demo.workflow(device: clip, fps: 20, camera: "  loop: true")
        try place.write("picket.yaml", Array(first.utf8))
        let book = LogBook()
        let failure = run(place, book) { count, status in
            switch count {
            case 1:
                #expect(status.isStreaming && status.outputs.map(\.id) == ["landing-light", "warning-lamp"])
                _ = try? place.write("picket.yaml", Array((first + "\nnonsense: 1").utf8))
                raise(SIGHUP)
            case 2:
                #expect(book.text.contains("the new configuration is refused, the last good one stays"))
                #expect(status.isReloadRefused && status.text.contains("REFUSED"))
                // Other outputs, another journal.
                let second = first.replacing("id: warning-lamp", with: "id: siren").replacing("path: journal", with: "path: journal2")
                _ = try? place.write("picket.yaml", Array(second.utf8))
                raise(SIGHUP)
            case 3: #expect(!status.isReloadRefused && status.outputs.map(\.id) == ["landing-light", "siren"])
            case 4: raise(SIGTERM)
            default: break
            }
        }
        #expect(failure == nil)
        #expect(book.text.contains("reloaded"), "\(book.text)")
        for folder in ["journal", "journal2"] {
            let reader = try JournalReader(folder: place.folder + "/" + folder)
            let events = try reader.events(.init()).map(\.event)
            #expect(!events.isEmpty && events.allSatisfy { $0.state == .closed }, "\(folder)")
        }
        let edges = try JournalReader(folder: place.folder + "/journal").edges(limit: 1000)
        for node in Set(edges.map(\.node)) { #expect(edges.last { $0.node == node }?.isActive == false, "\(node)") }
    }

    @Test func pinsKeepTheirStateWhenTheirNodeMovesInTheFile() throws {
        let place = try Workplace()
        let clip = try place.clip(0..<60)
        let first = Demo.workflow(device: clip, fps: 20, camera: "  loop: true")
        try place.write("picket.yaml", Array(first.utf8))
        let book = LogBook()
        let failure = run(place, book) { count, _ in
            switch count {
            case 2:
                _ = try? place.write("picket.yaml", Array(("# a remark\n\n" + first).utf8))
                raise(SIGHUP)
            case 4: raise(SIGTERM)
            default: break
            }
        }
        #expect(failure == nil)
        let edges = try JournalReader(folder: place.folder + "/journal").edges(limit: 1000)
        // An output that is made anew begins by ending: only the end of the whole may.
        let ends = edges.filter { $0.reason.contains("stopping") }
        #expect(book.text.contains("reloaded") && Set(ends.map(\.node)).count == ends.count, "\(edges)")
    }
}
