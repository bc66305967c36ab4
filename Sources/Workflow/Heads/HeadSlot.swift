package import Learning
import Synchronization

/// Where a workflow finds the head of a node: another one may take its place between two frames while the workflow runs.
package final class HeadSlot: Sendable {
    /// A head and which one it is.
    package struct Content: Sendable {
        package let head: TrainedHead
        /// For people, such as `revision 3`.
        package let version: String

        package init(head: TrainedHead, version: String) {
            self.head = head
            self.version = version
        }
    }

    /// The head's name in the library.
    package let name: String
    private let current: Mutex<Content>

    package init(name: String, _ content: Content) {
        self.name = name
        current = Mutex(content)
    }

    /// The head in use; the same one for a whole frame when asked once.
    package var content: Content { current.withLock { $0 } }

    /// Puts another head in use, from the next frame on. Any thread.
    package func replace(_ content: Content) { current.withLock { $0 = content } }
}
