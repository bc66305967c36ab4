import Actions
import Foundation
import Settings
import Testing

/// The board profiles and sample workflows that the repository ships.
@Suite struct FirmwareConfigTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../firmware-config").standardizedFileURL

    private static func files(_ name: String) throws -> [URL] {
        try FileManager.default.contentsOfDirectory(at: folder.appendingPathComponent(name), includingPropertiesForKeys: nil)
            .filter { $0.pathExtension == "yaml" }.sorted { $0.path < $1.path }
    }

    private static func text(_ node: SettingsNode?) -> String? {
        if case .scalar(let text) = node?.content { text } else { nil }
    }

    private static func items(_ node: SettingsNode?) -> [SettingsNode] {
        if case .sequence(let items) = node?.content { items } else { [] }
    }

    @Test func everyBoardHasARelayPinThatIsPulledDown() throws {
        let boards = try Self.files("boards")
        #expect(boards.count == 4)
        for file in boards {
            let board = try SettingsDocument.parse(String(contentsOf: file, encoding: .utf8), file: file.lastPathComponent)
            let header = Self.items(board["gpio"]?["header"])
            var pulls: [String: String] = [:]
            for pin in header {
                let offset = try #require(Self.text(pin["offset"]))
                pulls[offset] = Self.text(pin["pull"])
            }
            #expect(header.count == 28, "28 of the 40 pins are lines")
            #expect(pulls.count == 28, "no line twice")
            #expect(Set(header.compactMap { Self.text($0["pin"]) }).count == 28, "no pin twice")
            #expect(Set(pulls.keys) == Set((0...27).map(String.init)))
            let relays = Self.items(board["gpio"]?["relays"]).compactMap { Self.text($0) }
            #expect(!relays.isEmpty)
            for relay in relays { #expect(pulls[relay] == "down", "\(file.lastPathComponent): line \(relay)") }
            let boot = try #require(Self.text(board["boot"]))
            let fragment = try String(contentsOf: Self.folder.appendingPathComponent(boot), encoding: .utf8)
            #expect(fragment.contains("\ndtparam=strict_gpiod\n") && fragment.contains("\ndtparam=watchdog=on\n"))
            #expect(!Self.items(board["detect"]).isEmpty)
        }
    }

    @Test func outputsOfTheSampleWorkflowsAreValidAndUseRelayPins() throws {
        let workflows = try Self.files("workflows")
        #expect(workflows.count == 4)
        for file in workflows {
            let root = try SettingsDocument.parse(String(contentsOf: file, encoding: .utf8), file: file.lastPathComponent)
            let collector = IssueCollector(file: file.lastPathComponent)
            var outputs: [OutputSettings] = []
            for node in Self.items(root["nodes"]) where Self.text(node["type"]) == "gpio-output" {
                let section = Section(node, collector)
                for common in ["id", "type", "inputs"] { _ = section.value(common) }
                let settings = OutputSettings.read(section, id: Self.text(node["id"]) ?? "")
                section.finish()
                outputs.append(try #require(settings))
            }
            OutputSettings.complainAboutSharedLines(outputs, collector)
            #expect(collector.issues.isEmpty)
            for output in outputs {
                guard case .offset(let offset) = output.line.place else { continue }
                #expect([16, 17, 22, 23, 24, 25, 26, 27].contains(offset))
            }
        }
    }
}
