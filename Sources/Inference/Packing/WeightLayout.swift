/// How the weights [O,taps,depth] of a matrix product lie in memory: panels of channels, and in a panel [taps, depth / group, channels,
/// group], so that one vector load meets `group` neighbouring inputs of all channels of the panel.
package struct WeightLayout: Sendable, Hashable {
    /// Channels of a panel.
    package let panelWidth: Int
    /// Channels of the last panel, when no more than these are left.
    package let lastPanelWidth: Int
    /// Neighbouring weights of a channel that lie side by side; 2, 4, 8 or 16. The depth is filled up with zeros to a multiple.
    package let group: Int
    /// The least weight of a panel: -128, or -127 for kernels that sum two products in int16.
    package let lowestWeight: Int8

    /// - Parameter lastPanelWidth: nil when all panels are equally wide.
    package init(panelWidth: Int, lastPanelWidth: Int? = nil, group: Int, lowestWeight: Int8 = -128) {
        precondition([2, 4, 8, 16].contains(group))
        self.lowestWeight = lowestWeight
        let last = lastPanelWidth ?? panelWidth
        precondition(last > 0 && last <= panelWidth)
        self.panelWidth = panelWidth
        self.lastPanelWidth = last
        self.group = group
    }

    /// The channels that each panel has room for; together at least `channelCount`.
    package func panels(channelCount: Int) -> [WeightPanel] {
        let count = (channelCount + panelWidth - 1) / panelWidth
        return (0..<count).map { index in
            let first = index * panelWidth
            let left = channelCount - first
            return WeightPanel(
                firstChannel: first, channelCount: min(left, panelWidth), width: left <= lastPanelWidth ? lastPanelWidth : panelWidth)
        }
    }

    /// Groups of a tap of `depth` weights.
    package func groups(depth: Int) -> Int { (depth + group - 1) / group }
}

/// Neighbouring output channels whose weights lie together.
package struct WeightPanel: Sendable, Hashable {
    package let firstChannel: Int
    /// The channels that exist; 1...width.
    package let channelCount: Int
    /// The channels that there is room for; those beyond `channelCount` have zeros.
    package let width: Int
}
