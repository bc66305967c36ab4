import Actions
import Foundation
import Frames
import Testing

@Suite struct OutputLineTests {
    @Test func aSimulatedLineLogsWhatIsDoneToIt() throws {
        let chip = SimulatedChip()
        let line = try chip.request(settings().line, isActive: false)
        try line.set(true)
        #expect(try line.read())
        line.release()
        line.release()
        #expect(chip.log.map(\.action) == [.requested(isActive: false), .set(isActive: true), .released])
        #expect(chip.log.allSatisfy { $0.line == .offset(17) && $0.at >= chip.log[0].at })
        #expect(throws: ActionsError.self) { try line.set(true) }
    }

    @Test func aSimulatedLineIsLentOnceAtATime() throws {
        let chip = SimulatedChip()
        let first = try chip.request(settings().line, isActive: false)
        #expect(throws: ActionsError.busy(settings().line, consumer: "picket")) { try chip.request(settings().line, isActive: true) }
        first.release()
        _ = try chip.request(settings().line, isActive: true)
    }

    @Test func theLogIsBounded() throws {
        let chip = SimulatedChip()
        let line = try chip.request(settings().line, isActive: false)
        for index in 0..<10_000 { try line.set(index.isMultiple(of: 2)) }
        #expect(chip.log.count <= SimulatedChip.logCapacity)
        #expect(chip.log.last?.action == .set(isActive: false))
    }

    @Test func outputsOffMakesEveryLineSafeAndGoesOnAfterAFailure() throws {
        let chip = SimulatedChip()
        let held = try chip.request(settings(offset: 2).line, isActive: true)
        let outputs = [settings("a", offset: 1), settings("b", offset: 2), settings("c", offset: 3, onFault: .active)]
        let results = OutputBank.driveSafe(outputs, source: chip)
        #expect(
            results.map(\.description) == [
                "a: line 1 of simulated is off",
                "b: not made safe: line 2 of simulated is in use by 'picket'; stop that program or driver, or choose another line",
                "c: line 3 of simulated is on",
            ])
        #expect(chip.log.contains { $0.line == .offset(3) && $0.action == .requested(isActive: true) })
        #expect(chip.log.count == 5, "each free line was requested with its level in one step and released")
        held.release()
    }

    @Test func aChipThatIsNotThereNamesTheChipsThereAre() throws {
        let error = #expect(throws: ActionsError.self) {
            try BoardLines(simulated: SimulatedChip()).request(.init(chip: "no-such-chip", place: .offset(1)), isActive: false)
        }
        #expect(error?.description.hasPrefix("no GPIO chip is called 'no-such-chip'; ") == true)
        #expect(
            ActionsError.noSuchChip("x", present: ["pinctrl-rp1", "gpio-brcmstb@107d508500"]).description.contains(
                "there are: pinctrl-rp1, gpio"))
    }

    @Test func chipsAreFoundByTheirDeviceFilesOnly() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gpio-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        for name in ["gpiochip0", "gpiochip1x", "gpiochip", "null"] {
            try Data().write(to: folder.appendingPathComponent(name))
        }
        #expect(try GPIOInventory.read(devices: folder.path, parameters: "/nonexistent").chips.isEmpty)
        #expect(throws: ActionsError.self) { try GPIOInventory.read(devices: folder.path + "/none") }
    }

    @Test(arguments: [("Y\n", GPIOInventory.ReleasePolicy.keepsLevel), ("N\n", .returnsToInput), ("", .unknown)])
    func whatTheKernelDoesWithReleasedPinsIsRead(contents: String, expected: GPIOInventory.ReleasePolicy) throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("gpio-\(UUID().uuidString)")
        let parameters = folder.appendingPathComponent("pinctrl_bcm2835/parameters")
        try FileManager.default.createDirectory(at: parameters, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try Data(contents.utf8).write(to: parameters.appendingPathComponent("persist_gpio_outputs"))
        let inventory = try GPIOInventory.read(devices: folder.path, parameters: folder.path)
        #expect(inventory.releasePolicy == expected)
        #expect([1, 2].contains(inventory.libgpiodVersion))
    }
}
