import Frames

/// What `picket doctor` tells about one video node.
package struct CameraReport: Sendable, Hashable {
    package struct Format: Sendable, Hashable {
        package let code: FourCC
        /// The driver's words.
        package let name: String
        package let sizes: [SizeOffer]

        package init(code: FourCC, name: String, sizes: [SizeOffer]) {
            self.code = code
            self.name = name
            self.sizes = sizes
        }

        /// Whether Picket can read it.
        package var isUsable: Bool { code.pixelFormat != nil }
    }

    package struct SizeOffer: Sendable, Hashable {
        package let size: OfferedSize
        /// Fastest first; empty when the driver does not tell.
        package let rates: [FrameRate]

        package init(size: OfferedSize, rates: [FrameRate]) {
            self.size = size
            self.rates = rates
        }
    }

    package let path: String
    /// The name that `by-name/` is compared with.
    package let name: String
    /// Nil when the node could not be opened.
    package let capabilities: CameraCapabilities?
    /// The stable names of the node, as `device:` takes them: `by-id/...`, `by-path/...`.
    package let links: [String]
    package let formats: [Format]
    /// Why nothing more can be told, in words; nil when all is well.
    package let problem: String?

    package init(
        path: String, name: String, capabilities: CameraCapabilities?, links: [String], formats: [Format], problem: String?
    ) {
        self.path = path
        self.name = name
        self.capabilities = capabilities
        self.links = links
        self.formats = formats
        self.problem = problem
    }

    package var isCamera: Bool { capabilities.map { $0.canCapture && $0.canStream } ?? false }
    /// What to write as `device:`: the most stable name there is.
    package var recommendedDevice: String { links.first ?? path }
}

/// Lists the cameras of the machine, with all that they offer. Changes nothing, starts no stream.
package enum CameraInventory {
    // Limits, so that a driver without an end does not keep us.
    private static let maximumFormatCount = 64
    private static let maximumSizeCount = 128
    private static let maximumRateCount = 64

    package static func list(_ kernel: any CameraKernel = LinuxCameraKernel()) -> [CameraReport] {
        let links = DeviceLink.Folder.allCases.flatMap { folder in
            kernel.links(folder).map { (name: "\(folder.rawValue)/\($0.name)", target: $0.target) }
        }
        return kernel.videoNodes().map { node in
            report(node, links.filter { $0.target == node.path }.map(\.name), kernel)
        }
    }

    private static func report(_ node: VideoNode, _ links: [String], _ kernel: any CameraKernel) -> CameraReport {
        func failed(_ operation: CaptureError.Operation, _ errno: Errno) -> CameraReport {
            let problem = CaptureError.refused(operation, errno, subject: node.path, stream: nil).description
            return CameraReport(path: node.path, name: node.name, capabilities: nil, links: links, formats: [], problem: problem)
        }
        let camera: CameraHandle
        do throws(Errno) { camera = try kernel.open(node.path) } catch { return failed(.open, error) }
        defer { kernel.close(camera) }
        let capabilities: CameraCapabilities
        do throws(Errno) { capabilities = try kernel.capabilities(camera) } catch { return failed(.queryCapabilities, error) }
        var formats: [CameraReport.Format] = []
        if capabilities.canCapture {
            for index in 0..<maximumFormatCount {
                guard let format = try? kernel.format(camera, at: index) else { break }
                let sizes = sizes(camera, format.code, kernel)
                formats.append(CameraReport.Format(code: format.code, name: format.description, sizes: sizes))
            }
        }
        let name = node.name.isEmpty ? capabilities.card : node.name
        return CameraReport(path: node.path, name: name, capabilities: capabilities, links: links, formats: formats, problem: nil)
    }

    private static func sizes(_ camera: CameraHandle, _ code: FourCC, _ kernel: any CameraKernel) -> [CameraReport.SizeOffer] {
        var sizes: [CameraReport.SizeOffer] = []
        for index in 0..<maximumSizeCount {
            guard let size = try? kernel.frameSize(camera, of: code, at: index) else { break }
            switch size {
            case .exactly(let exact): sizes.append(.init(size: size, rates: rates(camera, code, exact, kernel)))
            case .range(_, let largest):
                sizes.append(.init(size: size, rates: rates(camera, code, largest, kernel)))
                return sizes
            }
        }
        return sizes
    }

    private static func rates(_ camera: CameraHandle, _ code: FourCC, _ size: Size, _ kernel: any CameraKernel) -> [FrameRate] {
        var rates: [FrameRate] = []
        for index in 0..<maximumRateCount {
            guard let interval = try? kernel.frameInterval(camera, of: code, size, at: index) else { break }
            // Drivers with a range of rates answer to every index.
            guard let rate = FrameRate(interval), !rates.contains(rate) else { break }
            rates.append(rate)
        }
        return rates.sorted { $0.millihertz > $1.millihertz }
    }
}
