package import Imaging
import Settings

/// The YAML beside a model, which says what the file itself does not: head, labels, normalisation. Everything in it is optional.
package struct Sidecar: Sendable {
    package var head: HeadKind?
    package var labels: [String]?
    package var normalization: Imaging.Normalization?
    package var summary: String?
    package var license: String?
    var scoreScale: ScoreVector.Scale?
    var anchors: AnchorHead.Anchors?
    var isInPixels: Bool?

    init() {}

    /// - Throws: `SettingsError` with everything that is wrong.
    init(text: String, file: String) throws(SettingsError) {
        let root = try SettingsDocument.parse(text, file: file)
        let issues = IssueCollector(file: file)
        let section = Section(root, issues)
        head = section.choice("head", as: HeadKind.self)
        labels = section.strings("labels")
        scoreScale = section.choice("scores", as: ScoreVector.Scale.self)
        isInPixels = section.choice("boxes", ["pixels", "fractions"]).map { $0 == "pixels" }
        summary = section.string("description")
        license = section.string("license")
        for key in ["name", "version", "author", "trained_on", "accuracy"] { _ = section.value(key) }
        if let input = section.section("input") { normalization = Self.normalization(input) }
        if let anchors = section.section("anchors") { self.anchors = Self.anchors(anchors) }
        section.finish()
        guard issues.isEmpty else { throw SettingsError(issues: issues.issues) }
    }

    private static func normalization(_ section: Section) -> Imaging.Normalization? {
        defer { section.finish() }
        let means = numbers(section, "mean", in: -1000...1000)
        let deviations = numbers(section, "std", in: 1e-6...100_000)
        guard let means, let deviations else {
            if section.has("mean") != section.has("std") {
                section.complain(
                    "mean", "'mean' and 'std' belong together", suggestion: "write both, for example mean: 127.5 and std: 127.5")
            }
            return nil
        }
        return .affine(mean: means, std: deviations)
    }

    private static func anchors(_ section: Section) -> AnchorHead.Anchors? {
        defer { section.finish() }
        var anchors = AnchorHead.Anchors(strides: [], sizes: [])
        let strides = numbers(section, "strides", in: 1...1024) ?? []
        anchors.strides = strides.compactMap { Int(exactly: $0) }
        if anchors.strides.count < strides.count { section.complain("strides", "must be whole numbers of pixels") }
        for node in section.list("sizes") ?? [] {
            guard case .sequence(let items) = node.content else {
                section.issues.add(at: node, "must be a list of edge lengths in pixels", suggestion: "write for example [10, 16, 24]")
                continue
            }
            anchors.sizes.append(items.compactMap { number($0, section, in: 1...65_536) })
        }
        if let variance = section.number("centre_variance", in: 1e-6...100) { anchors.centreVariance = variance }
        if let variance = section.number("size_variance", in: 1e-6...100) { anchors.sizeVariance = variance }
        guard !anchors.strides.isEmpty, anchors.strides.count == anchors.sizes.count else {
            section.complain("strides", "needs one stride for each list of sizes", suggestion: "write as many strides as lists under sizes")
            return nil
        }
        return anchors
    }

    /// One number or a list of them.
    private static func numbers(_ section: Section, _ key: String, in range: ClosedRange<Double>) -> [Double]? {
        guard let node = section.value(key) else { return nil }
        if case .sequence(let items) = node.content {
            let values = items.compactMap { number($0, section, in: range) }
            return values.count == items.count && !values.isEmpty ? values : nil
        }
        return number(node, section, in: range).map { [$0] }
    }

    private static func number(_ node: SettingsNode, _ section: Section, in range: ClosedRange<Double>) -> Double? {
        guard let text = section.string(of: node) else { return nil }
        guard let value = Quantity.number(text), range.contains(value) else {
            section.issues.add(at: node, "'\(text)' is not a number in \(range.lowerBound)...\(range.upperBound)")
            return nil
        }
        return value
    }
}
