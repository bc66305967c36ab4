package import Frames
package import Imaging

/// The frame at hand, decoded when a model asks and at most once for each size that is asked for. One executor's; one thread's.
package final class FramePictures {
    private var decoder: FrameDecoder
    private var frame: Frame?
    private var whole = Cached()
    private var reduced = Cached()
    private var grid = LumaGrid()
    private var gridIsCurrent = false

    private struct Cached {
        var picture = Picture()
        var isCurrent = false
        var minimum: Size?
    }

    package init(masks: Masks = Masks(polygons: [])) { decoder = FrameDecoder(masks: masks) }

    /// Takes a new frame; the memory of the last one's pictures is used again.
    package func begin(_ frame: Frame) {
        self.frame = frame
        whole.isCurrent = false
        reduced.isCurrent = false
        gridIsCurrent = false
    }

    /// Lets go of the frame, so that its source can use the memory again.
    package func end() { frame = nil }

    /// Lends the frame at full size, masked.
    package func withWhole<R>(_ body: (Picture) throws(ImagingError) -> R) throws(ImagingError) -> R {
        if !whole.isCurrent { try decode(into: &whole, atLeast: nil) }
        return try body(whole.picture)
    }

    /// Lends the frame at the smallest size at which it has at least `minimum` pixels on both axes and that costs least to decode.
    package func withPicture<R>(atLeast minimum: Size, _ body: (Picture) throws(ImagingError) -> R) throws(ImagingError) -> R {
        guard !whole.isCurrent, frame?.format == .mjpeg else { return try withWhole(body) }
        let serves = reduced.isCurrent && reduced.minimum.map { $0.width >= minimum.width && $0.height >= minimum.height } ?? false
        // A picture that was reduced for a larger request would give other pixels than one for this request: keep the result independent of
        // the order by reusing only an equal request.
        if !(serves && reduced.minimum == minimum) { try decode(into: &reduced, atLeast: minimum) }
        return try body(reduced.picture)
    }

    /// The luma of the frame as block means, for the motion gate.
    package func lumaGrid() throws(ImagingError) -> LumaGrid {
        if !gridIsCurrent {
            var grid = self.grid
            try withPicture(atLeast: Size(width: grid.columns * 2, height: grid.rows * 2)) { (picture) throws(ImagingError) in
                grid.measure(picture)
            }
            self.grid = grid
            gridIsCurrent = true
        }
        return grid
    }

    private func decode(into cached: inout Cached, atLeast minimum: Size?) throws(ImagingError) {
        guard let frame else { return }
        // A decoder that fails leaves pixels behind that belong to no frame.
        cached.isCurrent = false
        try decoder.decode(frame, into: &cached.picture, as: .rgb, atLeast: minimum)
        cached.isCurrent = true
        cached.minimum = minimum
    }
}
