import Appliance
import ArgumentParser
import FoundationEssentials
import Frames
import Journal
import Samples

struct Learn: ParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Teaches new concepts by examples: a classifier on top of an embedder, learned on the device.",
        subcommands: [
            LearnAdd.self, LearnTrain.self, LearnClassify.self, LearnList.self, LearnForget.self, LearnRemove.self, LearnRollback.self,
        ])
}

/// Where samples and heads lie.
struct LibraryOptions: ParsableArguments {
    @Option(help: "The folder of samples and heads. Also PICKET_LIBRARY.", completion: .directory)
    var library: String?

    static let defaultPath = "/var/lib/picket/learning"

    var folder: String { library ?? ProcessInfo.processInfo.environment["PICKET_LIBRARY"] ?? Self.defaultPath }

    func open() throws -> SampleLibrary {
        do {
            return try SampleLibrary(folder: folder)
        } catch {
            throw fail(error.description)
        }
    }
}

/// Runs a command's work and turns what it throws into a message and an exit code.
func reporting<T>(_ work: () throws -> T) throws -> T {
    do {
        return try work()
    } catch let error as SampleError {
        switch error {
        case .folder, .database, .storage: throw fail(error.description)
        default: throw fail(error.description, .badInput)
        }
    } catch let error as TeachingError {
        throw fail(error.description, .badInput)
    } catch let error as SearchError {
        throw fail(error.description, .badInput)
    } catch let error as JournalError {
        throw fail(error.description)
    }
}

/// A region as `left,top,right,bottom` in fractions of the picture.
struct Region: ExpressibleByArgument {
    let box: Box

    init?(argument: String) {
        let edges = argument.split(separator: ",", omittingEmptySubsequences: false).compactMap { Double($0) }
        guard edges.count == 4, edges.allSatisfy({ (0...1).contains($0) }), edges[0] < edges[2], edges[1] < edges[3] else { return nil }
        let units = edges.map { Int32(($0 * Double(Box.unit)).rounded()) }
        box = Box(left: units[0], top: units[1], right: units[2], bottom: units[3])
        guard !box.isEmpty else { return nil }
    }
}
