package import Settings

/// The `storage:` section: where the journal lies and how much of the disk it may take.
package struct StorageSettings: Sendable, Hashable {
    /// The folder of the database and the snapshots.
    package var path = "/var/lib/picket"
    /// Database and snapshots together.
    package var maximumByteCount: Int64 = 2_000_000_000
    /// What must stay free on the disk.
    package var keepFree = KeepFree.fraction(0.10)
    /// Events and snapshots older than this go; nil keeps them until space is needed.
    package var maximumAge: Duration?

    package enum KeepFree: Sendable, Hashable {
        case fraction(Double)
        case byteCount(Int64)
    }

    package init() {}

    /// Reads the section's keys, adds an issue for each that is wrong, and finishes the section.
    package init(_ section: Section) {
        if let text = section.string("path") { path = text }
        if let size = section.byteCount("max_size") {
            if size >= 1_000_000 {
                maximumByteCount = size
            } else {
                section.complain("max_size", "is below 1MB, which holds no journal", suggestion: "write 100MB or more")
            }
        }
        if let text = section.string("keep_free") {
            if let fraction = Quantity.percent(text), (0...0.95).contains(fraction) {
                keepFree = .fraction(fraction)
            } else if let size = Quantity.byteCount(text) {
                keepFree = .byteCount(size)
            } else {
                section.complain("keep_free", "'\(text)' is not valid here", suggestion: "write for example 10% or 500MB")
            }
        }
        maximumAge = section.duration("max_age")
        section.finish()
    }
}
