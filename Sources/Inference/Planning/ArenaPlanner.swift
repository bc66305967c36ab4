import Tensors

/// Places blocks of memory that live for a while so that no two that live together overlap, in as few bytes as it can find.
///
/// The known greedy heuristic for offset packing (largest first, each at the lowest gap that fits among the blocks it meets in time), run
/// in several orders of which the best is kept. Pure. Quadratic in the number of blocks.
package enum ArenaPlanner {
    /// A block and the steps at which it is in use, both ends included.
    package struct Block: Sendable, Hashable {
        package let byteCount: Int
        package let lifetime: ClosedRange<Int>

        /// - Parameter byteCount: 0 or more.
        package init(byteCount: Int, lifetime: ClosedRange<Int>) {
            self.byteCount = byteCount
            self.lifetime = lifetime
        }
    }

    package struct Layout: Sendable, Hashable {
        /// One a block, multiples of `Arena.alignment`.
        package let offsets: [Int]
        /// Where the last block ends, rounded up to the alignment.
        package let byteCount: Int
    }

    package static func layout(_ blocks: [Block]) -> Layout {
        func ordered(by key: (Block) -> (Int, Int)) -> [Int] {
            blocks.indices.sorted { (a, b) in
                let (x, y) = (key(blocks[a]), key(blocks[b]))
                return x == y ? a < b : x > y
            }
        }
        let bound = lowerBound(blocks)
        var best: Layout?
        for order in [
            ordered { ($0.byteCount, $0.lifetime.count) },
            ordered { ($0.byteCount.multipliedReportingOverflow(by: $0.lifetime.count).partialValue, $0.byteCount) },
            ordered { ($0.lifetime.count, $0.byteCount) },
        ] {
            let layout = place(blocks, order: order)
            if layout.byteCount < best?.byteCount ?? .max { best = layout }
            if layout.byteCount == bound { break }
        }
        return best ?? Layout(offsets: [], byteCount: 0)
    }

    /// The most bytes that live at one step: no layout is smaller.
    package static func lowerBound(_ blocks: [Block]) -> Int {
        var changes: [(step: Int, byteCount: Int)] = []
        changes.reserveCapacity(2 * blocks.count)
        for block in blocks {
            changes.append((block.lifetime.lowerBound, aligned(block.byteCount)))
            changes.append((block.lifetime.upperBound + 1, -aligned(block.byteCount)))
        }
        // At one step, what ends goes before what begins.
        changes.sort { ($0.step, $0.byteCount) < ($1.step, $1.byteCount) }
        var (live, most) = (0, 0)
        for change in changes {
            live += change.byteCount
            most = max(most, live)
        }
        return most
    }

    package static func aligned(_ byteCount: Int) -> Int {
        (byteCount + Arena.alignment - 1) / Arena.alignment * Arena.alignment
    }

    private static func place(_ blocks: [Block], order: [Int]) -> Layout {
        var offsets = [Int](repeating: 0, count: blocks.count)
        /// Placed blocks by offset.
        var placed: [Int] = []
        placed.reserveCapacity(blocks.count)
        var end = 0
        for index in order {
            let block = blocks[index]
            let byteCount = aligned(block.byteCount)
            var offset = 0
            for other in placed where blocks[other].lifetime.overlaps(block.lifetime) {
                if offsets[other] - offset >= byteCount { break }
                offset = max(offset, offsets[other] + aligned(blocks[other].byteCount))
            }
            offsets[index] = offset
            end = max(end, offset + byteCount)
            placed.insert(index, at: placed.firstIndex { offsets[$0] > offset } ?? placed.count)
        }
        return Layout(offsets: offsets, byteCount: end)
    }
}
