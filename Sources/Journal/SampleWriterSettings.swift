package import Settings

/// The keys of a `sample-writer` node.
package struct SampleWriterSettings: Sendable, Hashable {
    /// What a person finds in the review queue.
    package enum Status: String, Sendable, Hashable, CaseIterable {
        /// The labels are taken as right.
        case success
        /// Nobody has looked yet.
        case pending
        /// Somebody should look.
        case review
    }

    package var status = Status.pending
    /// At most one sample in this time, so that a stuck threshold does not fill the disk.
    package var interval = Duration.seconds(1)

    package init() {}

    /// Reads the node's keys and adds an issue for each that is wrong.
    package init(_ section: Section) {
        if let choice = section.choice("status", as: Status.self) { status = choice }
        if let duration = section.duration("interval") { interval = duration }
    }
}
