package import Frames
import Tensors

/// Fills a model's input tensor with a region of a picture: crop, resize, fit, and the elements' encoding.
///
/// Working memory of one thread, for one model; once a geometry was seen it allocates nothing. The levels before encoding are those of
/// `Resampler`, equal to Pillow's bilinear `resize`.
package struct TensorFiller: ~Copyable {
    package let transform: InputTransform
    private var resampler = Resampler()
    /// The luma of a colour picture, for inputs of one channel.
    private var luma = Picture()
    /// Levels of one row of the region in the input.
    private var levels: [UInt8] = []

    package init(_ transform: InputTransform) { self.transform = transform }

    /// Fills the tensor.
    /// - Parameters:
    ///   - tensor: `transform.byteCount` bytes, [1,H,W,C]; float32 in the machine's byte order. Overwritten as a whole.
    ///   - region: In frame coordinates; parts beyond the frame are cut off.
    /// - Returns: Where the region lies in the tensor.
    /// - Throws: `emptyRegion`, `tensorSize`.
    package mutating func fill(
        _ tensor: inout MutableSpan<UInt8>, from picture: Picture, region: Box = .wholeFrame
    ) throws(ImagingError) -> Placement {
        guard tensor.count == transform.byteCount else { throw .tensorSize(needed: transform.byteCount, found: tensor.count) }
        let region = region.clippedToFrame
        guard let box = PixelBox(region, of: picture.size), box.lies(in: picture.size) else { throw .emptyRegion(region) }
        let placement = Placement(
            region: region, pictureSize: picture.size, tensorSize: Size(width: transform.width, height: transform.height),
            fit: transform.fit)
        let content = Size(width: placement.contentWidth, height: placement.contentHeight)
        if transform.channelCount == 1, picture.layout == .rgb {
            picture.luma(into: &luma)
            resampler.begin(luma, box: box, to: content)
        } else {
            resampler.begin(picture, box: box, to: content)
        }
        fillMargins(&tensor, placement)
        writeContent(&tensor, placement, isGrey: picture.layout == .grey)
        return placement
    }

    private mutating func writeContent(_ tensor: inout MutableSpan<UInt8>, _ placement: Placement, isGrey: Bool) {
        let channels = transform.channelCount
        let mustSpread = isGrey && channels == 3
        let length = placement.contentWidth * (mustSpread ? 1 : channels)
        let isDirect = transform.step == .none && !mustSpread
        levels.resize(to: isDirect ? 0 : length)
        for row in 0..<placement.contentHeight {
            let element = ((placement.contentTop + row) * transform.width + placement.contentLeft) * channels
            if isDirect {
                resampler.row(row, into: &tensor, at: element)
                continue
            }
            resampler.row(row, into: &levels)
            Encoding.encode(levels.span, spread: mustSpread, by: transform, into: &tensor, at: element)
        }
    }

    /// Fills what the region leaves free.
    private func fillMargins(_ tensor: inout MutableSpan<UInt8>, _ placement: Placement) {
        guard case .letterbox(let level) = transform.fit else { return }
        let (width, height) = (transform.width, transform.height)
        let right = placement.contentLeft + placement.contentWidth
        let bottom = placement.contentTop + placement.contentHeight
        for row in 0..<height {
            if row < placement.contentTop || row >= bottom {
                Encoding.fill(level, pixels: row * width..<(row + 1) * width, by: transform, into: &tensor)
            } else {
                Encoding.fill(level, pixels: row * width..<row * width + placement.contentLeft, by: transform, into: &tensor)
                Encoding.fill(level, pixels: row * width + right..<(row + 1) * width, by: transform, into: &tensor)
            }
        }
    }
}

/// The loops that store levels as elements of a tensor.
enum Encoding {
    /// Stores one level in all channels of pixels.
    static func fill(_ level: UInt8, pixels: Range<Int>, by transform: InputTransform, into tensor: inout MutableSpan<UInt8>) {
        for pixel in pixels {
            for channel in 0..<transform.channelCount {
                store(level, channel: channel, at: pixel * transform.channelCount + channel, by: transform, into: &tensor)
            }
        }
    }

    /// Stores a row of levels from an element on; with `spread`, each level in three channels.
    @_lifetime(tensor: copy tensor)
    static func encode(
        _ levels: Span<UInt8>, spread: Bool, by transform: InputTransform, into tensor: inout MutableSpan<UInt8>, at element: Int
    ) {
        if spread || transform.elementType == .float32 || transform.step == .lookUpByChannel {
            let channels = transform.channelCount
            let repeats = spread ? channels : 1
            var element = element
            var channel = 0
            for index in levels.indices {
                for _ in 0..<repeats {
                    store(levels[index], channel: channel, at: element, by: transform, into: &tensor)
                    element += 1
                    channel = channel + 1 == channels ? 0 : channel + 1
                }
            }
            return
        }
        precondition(element >= 0 && levels.count <= tensor.count && element <= tensor.count - levels.count)
        switch transform.step {
        case .none: Resampling.copy(levels, into: &tensor, at: element)
        case .flipSign: for index in levels.indices { tensor[element &+ index] = levels[index] ^ 0x80 }
        case .lookUp, .lookUpByChannel:
            let table = transform.bytes.span
            precondition(table.count == 256)
            for index in levels.indices { tensor[element &+ index] = table[Int(levels[index])] }
        }
    }

    @inline(__always)
    private static func store(
        _ level: UInt8, channel: Int, at element: Int, by transform: InputTransform, into tensor: inout MutableSpan<UInt8>
    ) {
        let entry = (transform.step == .lookUpByChannel ? channel * 256 : 0) + Int(level)
        if transform.elementType == .float32 {
            // The machines that this runs on store the low byte first.
            let bits = transform.floats[entry].bitPattern
            tensor[element * 4] = UInt8(truncatingIfNeeded: bits)
            tensor[element * 4 + 1] = UInt8(truncatingIfNeeded: bits >> 8)
            tensor[element * 4 + 2] = UInt8(truncatingIfNeeded: bits >> 16)
            tensor[element * 4 + 3] = UInt8(truncatingIfNeeded: bits >> 24)
        } else {
            tensor[element] = transform.bytes[entry]
        }
    }
}
