import Capture
import Foundation
import Frames
import Testing
import Threads

@Suite struct InventoryTests {
    @Test func everythingACameraOffersIsListed() throws {
        let kernel = FakeKernel(FakeClock())
        kernel.nodes = [VideoNode(path: "/dev/video0", name: "Fake Cam"), VideoNode(path: "/dev/video1", name: "Fake Cam")]
        kernel.identities = ["/dev/video0": 1, "/dev/video1": 2]
        kernel.metadataNodes = ["/dev/video1"]
        kernel.linkTable[.byID] = [DeviceLink(name: "usb-Fake-video-index0", target: "/dev/video0")]
        kernel.linkTable[.byPath] = [DeviceLink(name: "pci-1", target: "/dev/video0")]
        let reports = CameraInventory.list(kernel)
        #expect(reports.map(\.isCamera) == [true, false])
        let camera = try #require(reports.first)
        #expect(camera.links == ["by-id/usb-Fake-video-index0", "by-path/pci-1"])
        #expect(camera.recommendedDevice == "by-id/usb-Fake-video-index0")
        #expect(camera.capabilities?.driver == "uvcvideo")
        #expect(camera.formats.map(\.code.description) == ["YUYV", "MJPG"])
        #expect(camera.formats.allSatisfy { $0.isUsable })
        #expect(camera.formats[0].sizes.map(\.size) == kernel.sizes)
        #expect(camera.formats[0].sizes[0].rates.map(\.millihertz) == [30_000, 15_000])
        #expect(kernel.opened == 2 && kernel.closed == 2)
    }

    @Test func aCameraThatCannotBeOpenedIsListedWithTheReason() {
        let kernel = FakeKernel(FakeClock())
        kernel.failures[.open] = [.accessDenied]
        let report = CameraInventory.list(kernel).first
        #expect(report?.isCamera == false)
        #expect(report?.problem?.contains("group 'video'") == true)
    }

    @Test func aRangeOfSizesIsOneEntry() {
        let kernel = FakeKernel(FakeClock())
        let range = OfferedSize.range(from: Size(width: 16, height: 16), to: Size(width: 1920, height: 1080))
        kernel.sizes = [range, range, range]
        #expect(CameraInventory.list(kernel).first?.formats.first?.sizes.map(\.size) == [range])
    }

    @Test func nodesAndLinksAreFoundInTheFileSystem() throws {
        let folder = TemporaryFolder()
        for number in [0, 2, 10] {
            _ = folder.write("dev/video\(number)", [])
            _ = folder.write("sys/video\(number)/name", Array("Cam \(number)\n".utf8))
        }
        _ = folder.write("dev/vcs1", [])
        _ = folder.write("dev/videos", [])
        try FileManager.default.createDirectory(atPath: "\(folder.path)/dev/v4l/by-id", withIntermediateDirectories: true)
        let link = "\(folder.path)/dev/v4l/by-id/usb-A-video-index0"
        try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "../../video10")
        try FileManager.default.createSymbolicLink(atPath: link + "x", withDestinationPath: "../../video99")
        let kernel = LinuxCameraKernel(deviceFolder: "\(folder.path)/dev", classFolder: "\(folder.path)/sys")
        let nodes = kernel.videoNodes()
        #expect(nodes.map(\.name) == ["Cam 0", "Cam 2", "Cam 10"])
        #expect(nodes.map { $0.path.split(separator: "/").last ?? "" } == ["video0", "video2", "video10"])
        #expect(kernel.links(.byID).map(\.name) == ["usb-A-video-index0"], "a link that leads nowhere is no link")
        #expect(kernel.links(.byID).first?.target.hasSuffix("/dev/video10") == true)
        #expect(kernel.links(.byPath).isEmpty)
    }

    @Test func identityChangesWhenANodeIsMadeAnewOrItsPermissionsChange() throws {
        let folder = TemporaryFolder()
        let path = folder.write("video0", [])
        let first = try #require(Folder.identity(of: path))
        #expect(Folder.identity(of: path) == first)
        SystemClock.pause(for: .milliseconds(20))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        #expect(Folder.identity(of: path) != first)
        #expect(Folder.identity(of: path + "x") == nil)
    }

    @Test func realCallsOnSomethingThatIsNoCameraFailInWords() throws {
        let folder = TemporaryFolder()
        let path = folder.write("dev/video0", [1, 2, 3])
        let kernel = LinuxCameraKernel(deviceFolder: "\(folder.path)/dev", classFolder: "\(folder.path)/sys")
        let report = try #require(CameraInventory.list(kernel).first)
        #expect(report.problem?.contains("is not a video device") == true)
        let source = CameraSource(CameraSettings(device: .node(path)), kernel: kernel, clock: SystemClock())
        var storage: [UInt8] = []
        #expect(source.next(timeout: .zero, storage: &storage).reason.contains("VIDIOC_QUERYCAP: ENOTTY"))
        let missing = CameraSource(CameraSettings(device: .node(path + "9")), kernel: kernel, clock: SystemClock())
        #expect(missing.next(timeout: .zero, storage: &storage).reason.contains("is it plugged in"))
    }

    @Test func copiesAreClampedToTheBuffer() {
        let kernel = LinuxCameraKernel()
        let bytes: [UInt8] = [1, 2, 3, 4]
        bytes.withUnsafeBytes { memory in
            let buffer = MappedBuffer(token: UInt(bitPattern: memory.baseAddress), byteCount: 4)
            var storage: [UInt8] = [9, 9]
            kernel.copy(buffer, byteCount: 4_294_967_295, into: &storage)
            #expect(storage == [1, 2, 3, 4])
            kernel.copy(buffer, byteCount: 2, into: &storage)
            #expect(storage == [1, 2])
            kernel.copy(buffer, byteCount: -5, into: &storage)
            #expect(storage.isEmpty)
        }
    }
}
