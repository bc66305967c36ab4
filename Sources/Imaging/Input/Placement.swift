package import Frames

/// Where a region of the frame lies in a model's input, to bring what the model says back to the frame.
///
/// Tensor coordinates are like `Box`'s: 0...65 536 over the whole input on both axes. All arithmetic is on integers, so every machine gives
/// the same boxes; results are rounded to the nearest unit, ties upwards.
package struct Placement: Sendable, Hashable {
    /// The part of the frame that was shown, clipped to the frame.
    package let region: Box
    /// The input's width and height.
    package let tensorSize: Size
    /// Pixels of the input that show the region; the whole input unless letterboxed.
    package let contentLeft: Int
    package let contentTop: Int
    package let contentWidth: Int
    package let contentHeight: Int

    /// A region (not empty) of a picture in an input of a size.
    init(region: Box, pictureSize: Size, tensorSize: Size, fit: Fit) {
        self.region = region
        self.tensorSize = tensorSize
        var width = tensorSize.width
        var height = tensorSize.height
        if case .letterbox = fit {
            // Bound: 2^16 units times 2^16 pixels times 2^16 pixels is 2^48.
            let regionWidth = Int(region.width) * pictureSize.width
            let regionHeight = Int(region.height) * pictureSize.height
            if regionWidth * height >= regionHeight * width {
                height = max((regionHeight * width * 2 + regionWidth) / (regionWidth * 2), 1)
            } else {
                width = max((regionWidth * height * 2 + regionHeight) / (regionHeight * 2), 1)
            }
        }
        contentWidth = width
        contentHeight = height
        contentLeft = (tensorSize.width - width) / 2
        contentTop = (tensorSize.height - height) / 2
    }

    /// The box in frame coordinates of a box in tensor coordinates; may reach beyond the region and the frame.
    package func frameBox(_ box: Box) -> Box {
        Box(left: frameX(box.left), top: frameY(box.top), right: frameX(box.right), bottom: frameY(box.bottom))
    }

    /// The box in tensor coordinates of a box in frame coordinates.
    package func tensorBox(_ box: Box) -> Box {
        Box(left: tensorX(box.left), top: tensorY(box.top), right: tensorX(box.right), bottom: tensorY(box.bottom))
    }

    /// A horizontal position in the frame.
    package func frameX(_ x: Int32) -> Int32 {
        Self.toFrame(x, tensor: tensorSize.width, start: contentLeft, length: contentWidth, from: region.left, extent: region.width)
    }

    /// A vertical position in the frame.
    package func frameY(_ y: Int32) -> Int32 {
        Self.toFrame(y, tensor: tensorSize.height, start: contentTop, length: contentHeight, from: region.top, extent: region.height)
    }

    private func tensorX(_ x: Int32) -> Int32 {
        Self.toTensor(x, tensor: tensorSize.width, start: contentLeft, length: contentWidth, from: region.left, extent: region.width)
    }

    private func tensorY(_ y: Int32) -> Int32 {
        Self.toTensor(y, tensor: tensorSize.height, start: contentTop, length: contentHeight, from: region.top, extent: region.height)
    }

    // Bound: positions are clamped to 2^21, extents of inputs are below 2^16 pixels and of regions at most 2^16 units: products stay below
    // 2^55. A result can leave Int32 only when a region is tiny; it is clamped, here and by Box.

    private static func toFrame(_ position: Int32, tensor: Int, start: Int, length: Int, from: Int32, extent: Int32) -> Int32 {
        let inContent = clamped(position) * Int64(tensor) - Int64(start) * Int64(Box.unit)
        return Int32(clamping: Int64(from) + rounded(inContent * Int64(extent), over: Int64(length) * Int64(Box.unit)))
    }

    private static func toTensor(_ position: Int32, tensor: Int, start: Int, length: Int, from: Int32, extent: Int32) -> Int32 {
        let inContent = (clamped(position) - Int64(from)) * Int64(length) + Int64(start) * Int64(extent)
        return Int32(clamping: rounded(inContent * Int64(Box.unit), over: Int64(extent) * Int64(tensor)))
    }

    private static func clamped(_ position: Int32) -> Int64 { Int64(min(max(position, -(1 << 21)), 1 << 21)) }

    /// The quotient rounded to the nearest integer, ties upwards; the divisor is positive.
    private static func rounded(_ dividend: Int64, over divisor: Int64) -> Int64 {
        let doubled = 2 * dividend + divisor
        let quotient = doubled / (2 * divisor)
        return doubled % (2 * divisor) < 0 ? quotient - 1 : quotient
    }
}
