import Foundation

/// The files of this checkout.
enum Repository {
    /// The folder of Package.swift.
    static let root = URL(fileURLWithPath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().standardizedFileURL

    /// Every Swift file of `Sources`, read once: path and content.
    static let sources: [(path: String, source: SwiftSource)] = read("Sources")

    /// Every Swift file of `Tests`, read once: path and content.
    static let tests: [(path: String, source: SwiftSource)] = read("Tests")

    private static func read(_ folder: String) -> [(path: String, source: SwiftSource)] {
        files(in: folder, ending: ".swift").compactMap { path in text(path).map { (path, SwiftSource($0)) } }
    }

    /// The names of the folders directly in a folder.
    static func folders(of path: String) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.appendingPathComponent(path).path)) ?? []
        return names.filter { !$0.hasPrefix(".") && isFolder(path + "/" + $0) }.sorted()
    }

    /// The paths, from the root, of the files in a folder and in its folders.
    static func files(in path: String, ending: String = "") -> [String] {
        let found = FileManager.default.enumerator(atPath: root.appendingPathComponent(path).path)?.compactMap { $0 as? String } ?? []
        return found.filter { name in
            name.hasSuffix(ending) && !name.split(separator: "/").contains { $0.hasPrefix(".") || $0 == "__pycache__" }
        }
        .map { path + "/" + $0 }.filter { !isFolder($0) }.sorted()
    }

    /// The text of a file; nil where it is gone or no text.
    static func text(_ path: String) -> String? {
        guard let data = FileManager.default.contents(atPath: root.appendingPathComponent(path).path), !data.prefix(4096).contains(0) else {
            return nil
        }
        return String(data: data, encoding: .utf8)
    }

    /// What is committed, or would be: git's list, and where there is no git (an archive) every file.
    static let tracked: [String] = {
        let git = Process()
        git.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        git.arguments = ["git", "-C", root.path, "ls-files", "-z"]
        let answer = Pipe()
        git.standardOutput = answer
        git.standardError = FileHandle.nullDevice
        guard (try? git.run()) != nil else { return everything }
        let list = answer.fileHandleForReading.readDataToEndOfFile()
        git.waitUntilExit()
        let paths = list.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
        return git.terminationStatus == 0 && !paths.isEmpty ? paths : everything
    }()

    private static var everything: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: root.path)) ?? []
        return names.filter { !$0.hasPrefix(".build") && $0 != ".git" }.flatMap { isFolder($0) ? files(in: $0) : [$0] }
    }

    private static func isFolder(_ path: String) -> Bool {
        var isFolder: ObjCBool = false
        return FileManager.default.fileExists(atPath: root.appendingPathComponent(path).path, isDirectory: &isFolder) && isFolder.boolValue
    }
}
