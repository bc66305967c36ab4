import Testing

/// The module graph: what is imported, what is declared, and the table itself.
@Suite struct ModuleGraphTests {
    private static let manifest = Manifest(SwiftSource(Repository.text("Package.swift") ?? ""))

    /// The target that a file belongs to: `Sources/<target>/...`.
    private static func target(_ path: String) -> String { String(path.split(separator: "/")[1]) }

    // MARK: The table

    @Test func rowsNameOnlyRowsAboveThem() {
        var above: Set<String> = []
        for row in ModuleGraph.rows {
            #expect(row.modules.isSubset(of: above), "\(row.target)")
            #expect(above.insert(row.target).inserted, "\(row.target) twice")
        }
    }

    @Test func onlyComposersSeeWorkers() {
        let workers = Set(ModuleGraph.rows.filter { $0.kind == .worker || $0.kind == .composer }.map(\.target))
        let shims = Set(ModuleGraph.rows.filter { $0.kind == .shim }.map(\.target))
        for row in ModuleGraph.rows where row.kind != .composer { #expect(row.modules.isDisjoint(with: workers), "\(row.target)") }
        for row in ModuleGraph.rows where row.kind != .worker { #expect(row.modules.isDisjoint(with: shims), "\(row.target)") }
    }

    @Test func theWorkflowNeverSeesActionsOrJournal() throws {
        let row = try #require(ModuleGraph.row("Workflow"))
        #expect(row.modules.isDisjoint(with: ["Actions", "Journal", "Capture"]))
    }

    // MARK: Imports

    @Test(arguments: [
        ("import Frames", ["Frames"]), ("package import Frames", ["Frames"]), ("public  import struct Frames.Frame", ["Frames"]),
        ("@_spi(Tests) internal import Frames; import Tensors", ["Frames", "Tensors"]), ("// import Frames", []), ("\"import Frames\"", []),
        ("#if canImport(Glibc)\n    import Glibc\n#endif", ["Glibc"]), ("import func Glibc.getenv", ["Glibc"]),
    ])
    func everyFormOfAnImportIsFound(_ text: String, _ modules: [String]) {
        #expect(SwiftSource(text).imports.map(\.module) == modules)
    }

    @Test func aWrongImportIsToldWithWhatIsAllowed() {
        #expect(ModuleGraph.objection(to: "Frames", in: "Capture") == nil)
        #expect(ModuleGraph.objection(to: "Imaging", in: "Predictions") == "Predictions must not import Imaging; it may import Frames")
        #expect(ModuleGraph.objection(to: "Foundation", in: "Frames") == "Frames must not import Foundation; it may import nothing")
        #expect(ModuleGraph.objection(to: "Frames", in: "Utils") == "Utils has no row in ModuleGraph.swift")
    }

    @Test func noTargetImportsWhatItsRowForbids() {
        #expect(Repository.sources.count > 100, "the sources are not where they are looked for")
        expectNone(
            Repository.sources.flatMap { path, source in
                source.imports.compactMap { module, line in
                    ModuleGraph.objection(to: module, in: Self.target(path)).map { Finding(path: path, line: line, text: $0) }
                }
            })
    }

    /// One file; the kernels are many, so that their place is a folder with a file for each family, one in each module that calls some.
    @Test(arguments: ModuleGraph.rows.filter { $0.kind == .shim }.map(\.target))
    func aCModuleIsImportedInExactlyOnePlace(_ module: String) {
        let files = Repository.sources.filter { $0.source.imports.contains { $0.module == module } }.map(\.path)
        if module == "CKernels" {
            let folders = files.map { $0.split(separator: "/").dropLast().joined(separator: "/") }
            #expect(Set(folders) == ["Sources/Inference/Kernels", "Sources/Learning/Kernels"], "\(files)")
        } else {
            #expect(files.count == 1, "\(files)")
        }
    }

    // MARK: Package.swift

    @Test func theManifestIsReadAsItIsMeant() {
        let manifest = Manifest(
            SwiftSource(
                """
                func target(_ name: String) -> Target { .target(name: name) }
                func tests(_ name: String) -> Target { .testTarget(name: name + "Tests") }
                let all = [
                    target("A"), .executableTarget(name: "b", dependencies: ["A", .product(name: "P", package: "p")]),
                    tests("A"), .testTarget(name: "XTests"),
                ]
                """))
        #expect(Set(manifest.targets.keys) == ["A", "b"])
        #expect(Set(manifest.tests.keys) == ["ATests", "XTests"])
        #expect(manifest.closure(of: "b").isSuperset(of: ["A", "P"]))
        #expect(manifest.closure(of: "ATests").isSuperset(of: ["A", "TestKit"]))
    }

    @Test func targetsOfThePackageAreTheRowsOfTheTable() {
        let helpers = Set(Repository.folders(of: "Tests").filter { !$0.hasSuffix("Tests") })
        let declared = Set(Self.manifest.targets.keys).subtracting(helpers)
        #expect(declared == ModuleGraph.targets, "only in one: \(declared.symmetricDifference(ModuleGraph.targets).sorted())")
        let folders = Set(Repository.folders(of: "Sources"))
        #expect(folders == ModuleGraph.targets, "only in one: \(folders.symmetricDifference(ModuleGraph.targets).sorted())")
    }

    @Test func everyFolderOfTestsIsATarget() {
        // Benchmarks and the rig are scripts, which people run.
        let declared = Set(Self.manifest.tests.keys).union(Self.manifest.targets.keys).union(["Benchmarks", "Rig"])
        let forgotten = Repository.folders(of: "Tests").filter { !declared.contains($0) }
        #expect(forgotten.isEmpty, "these tests never run: \(forgotten)")
    }

    /// An import that is not declared builds only when another target happens to be built before.
    @Test func everyImportOfTheProjectIsADeclaredDependency() {
        let names = ModuleGraph.targets.union(Repository.folders(of: "Tests"))
        expectNone(
            (Repository.sources + Repository.tests).flatMap { path, source -> [Finding] in
                let target = Self.target(path)
                guard Self.manifest.targets[target] != nil || Self.manifest.tests[target] != nil else { return [] }
                let declared = Self.manifest.closure(of: target)
                return source.imports.filter { names.contains($0.module) && !declared.contains($0.module) }
                    .map { Finding(path: path, line: $0.line, text: "Package.swift does not let \(target) depend on \($0.module)") }
            })
    }
}
