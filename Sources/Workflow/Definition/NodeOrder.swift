/// The order in which nodes can run, found from who takes whose output.
struct NodeOrder {
    /// Each node after those that it depends on; of several possible ones the first in the file. Nodes in or behind a circle are missing.
    let order: [Int]
    /// Circles, each from its first node in the file along the way of the data back to that node, which is not repeated.
    let circles: [[Int]]

    /// - Parameter inputs: for each node the nodes that it takes its inputs from.
    init(inputs: [[Int]]) {
        var missing = inputs.map { Set($0).count }
        var users = [[Int]](repeating: [], count: inputs.count)
        for (node, sources) in inputs.enumerated() {
            for source in Set(sources) { users[source].append(node) }
        }
        var ready = Set(inputs.indices.filter { missing[$0] == 0 })
        var order: [Int] = []
        while let next = ready.min() {
            ready.remove(next)
            order.append(next)
            for user in users[next] {
                missing[user] -= 1
                if missing[user] == 0 { ready.insert(user) }
            }
        }
        self.order = order
        circles = Self.circles(among: Set(inputs.indices).subtracting(order), inputs)
    }

    /// Follows inputs backwards until a node comes again; every node that is left has an input that is left too.
    private static func circles(among left: Set<Int>, _ inputs: [[Int]]) -> [[Int]] {
        var visited: Set<Int> = []
        var circles: [[Int]] = []
        for start in left.sorted() where !visited.contains(start) {
            var way: [Int] = []
            var next: Int? = start
            while let node = next, !visited.contains(node) {
                visited.insert(node)
                way.append(node)
                next = inputs[node].filter { left.contains($0) }.min()
            }
            guard let node = next, let first = way.firstIndex(of: node) else { continue }
            // The way ran against the data.
            let circle = Array(way[first...].reversed())
            let smallest = circle.indices.min { circle[$0] < circle[$1] } ?? 0
            circles.append(Array(circle[smallest...] + circle[..<smallest]))
        }
        return circles
    }
}
