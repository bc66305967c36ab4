/// How a product is cut: into blocks for the caches, and into parts for threads.
struct ProductTiling: Sendable {
    /// Tiles of rows that use a panel of weights before the next one comes.
    let blockTiles: Int
    let rowsPerPart: Int
    let rowPartCount: Int
    let panelPartCount: Int
    /// Scratch memory of the kernel for a block.
    let scratchByteCount: Int
    private let panelCount: Int

    /// What a block of rows may take of the second-level cache.
    private static let blockByteCount = 128 * 1024
    /// Products of a part: some microseconds of work.
    private static let partProductCount = 400_000
    /// Parts of each thread, so that all end together.
    private static let partsPerWorker = 4

    /// - Parameters:
    ///   - rowUnit: parts begin at a multiple of so many rows.
    ///   - splitsPanels: whether parts may share rows, each with panels of its own.
    init(
        rowCount: Int, weights: ProductWeights, panelWidth: Int, kernels: Kernels, workerCount: Int, rowUnit: Int = 1, splitsPanels: Bool
    ) {
        let (tileRows, panelCount) = (kernels.tileRows, weights.panelCount)
        let tileByteCount = tileRows * weights.taps * weights.depth
        let tileCount = (rowCount + tileRows - 1) / tileRows
        blockTiles = min(tileCount, Kernels.maximumBlockTiles, max(1, Self.blockByteCount / (tileByteCount * (1 + weights.copies))))
        scratchByteCount = kernels.scratchByteCount(blockTiles: blockTiles, weights: weights)
        let tileProducts = tileByteCount * panelCount * panelWidth
        let wanted = workerCount == 1 ? 1 : Self.partsPerWorker * workerCount
        let tilesPerPart = max(1, min(Self.partProductCount / tileProducts, tileCount / wanted))
        rowsPerPart = (tilesPerPart * tileRows + rowUnit - 1) / rowUnit * rowUnit
        rowPartCount = (rowCount + rowsPerPart - 1) / rowsPerPart
        let missing = (wanted + rowPartCount - 1) / rowPartCount
        panelPartCount = splitsPanels ? max(1, min(missing, panelCount)) : 1
        self.panelCount = panelCount
    }

    func panels(of part: Int) -> Range<Int> {
        panelCount * part / panelPartCount..<panelCount * (part + 1) / panelPartCount
    }
}
