import Frames
import Inference
import Predictions
import Tensors

/// Centre heat-maps: a cell whose score is a local peak is an object.
///
/// With a box tensor [1,h,w,4] (Picket's own detector): centre = (column + dx) / w and (row + dy) / h, extent as a fraction of the input.
/// Without (FOMO, [1,h,w,1+C] after softmax, background first): the box is the cell.
struct HeatmapHead: Sendable {
    let scores: OutputTensor
    let boxes: OutputTensor?

    private var backgroundCount: Int { boxes == nil ? 1 : 0 }
    var labelCount: Int { scores.shape[3] - backgroundCount }

    func decode(_ runner: borrowing Runner, minimum: Score) -> [RawDetection] {
        let scores = scores
        let (rows, columns, channels) = (scores.shape[1], scores.shape[2], scores.shape[3])
        let background = backgroundCount
        var peaks: [(row: Int, column: Int, label: Int, score: Score)] = []
        runner.withOutput(scores.index) { bytes in
            func value(_ row: Int, _ column: Int, _ channel: Int, _ bytes: borrowing Span<UInt8>) -> Double {
                scores.value(bytes, (row * columns + column) * channels + channel)
            }
            for row in 0..<rows {
                for column in 0..<columns {
                    for channel in background..<channels {
                        let here = value(row, column, channel, bytes)
                        let score = Score(min(max(here, 0), 1))
                        guard score >= minimum else { continue }
                        // Of equal neighbours the first in row-major order is the peak.
                        var isPeak = true
                        for y in max(row - 1, 0)...min(row + 1, rows - 1) {
                            for x in max(column - 1, 0)...min(column + 1, columns - 1) where (y, x) != (row, column) {
                                let other = value(y, x, channel, bytes)
                                if other > here || other == here && (y, x) < (row, column) { isPeak = false }
                            }
                        }
                        // Bounds the memory that a hostile map can ask for; suppression keeps far fewer anyway.
                        if isPeak, peaks.count < 1 << 16 { peaks.append((row, column, channel - background, score)) }
                    }
                }
            }
        }
        return peaks.compactMap { peak in
            box(runner, row: peak.row, column: peak.column).map { RawDetection(box: $0, label: peak.label, score: peak.score) }
        }
    }

    private func box(_ runner: borrowing Runner, row: Int, column: Int) -> Box? {
        let (rows, columns) = (Double(scores.shape[1]), Double(scores.shape[2]))
        guard let boxes else {
            return RawDetection.box(
                left: Double(column) / columns, top: Double(row) / rows, right: Double(column + 1) / columns,
                bottom: Double(row + 1) / rows)
        }
        let start = (row * scores.shape[2] + column) * 4
        let code = runner.withOutput(boxes.index) { bytes in
            (boxes.value(bytes, start), boxes.value(bytes, start + 1), boxes.value(bytes, start + 2), boxes.value(bytes, start + 3))
        }
        let (x, y) = ((Double(column) + code.0) / columns, (Double(row) + code.1) / rows)
        return RawDetection.box(left: x - code.2 / 2, top: y - code.3 / 2, right: x + code.2 / 2, bottom: y + code.3 / 2)
    }
}
