package import Capture
package import Imaging

extension CameraSettings {
    /// The privacy masks in the form that decoders use.
    package var imagingMasks: Masks {
        Masks(polygons: masks.map { mask in mask.points.map { Masks.Point(x: $0.x, y: $0.y) } })
    }
}
