import Capture
import Imaging

extension CameraSettings {
    /// The privacy masks in the form that decoders use.
    var imagingMasks: Masks {
        Masks(polygons: masks.map { mask in mask.points.map { Masks.Point(x: $0.x, y: $0.y) } })
    }
}
