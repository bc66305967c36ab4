import Frames
import Imaging

/// Small pictures of things that were found. One thread's.
final class Thumbnails {
    /// The longer side, in pixels.
    let extent: Int
    private var resampler = Resampler()

    init(extent: Int) { self.extent = extent }

    /// The part of the picture that an item is; nil when there is no picture, or it cannot be read.
    func picture(of item: FoundItem) -> Picture? {
        guard let path = item.picturePath, let file = try? PictureEmbedder.file(path), let whole = try? Picture(file: file.span) else {
            return nil
        }
        let box = PixelBox(item.box.clippedToFrame, of: whole.size) ?? PixelBox(whole.size)
        let (width, height) = (max(box.right - box.left, 1), max(box.bottom - box.top, 1))
        let scale = Float(extent) / max(width, height)
        let size = Size(
            width: min(max(Int((width * scale).rounded()), 1), extent), height: min(max(Int((height * scale).rounded()), 1), extent))
        var small = Picture()
        resampler.resample(whole, box: box, to: size, into: &small)
        return small
    }

    /// The same as a JPEG image.
    func jpeg(of item: FoundItem) -> [UInt8]? {
        guard let picture = picture(of: item) else { return nil }
        var bytes: [UInt8] = []
        do { try JPEGEncoder(quality: 82).encode(picture, into: &bytes) } catch { return nil }
        return bytes
    }
}
