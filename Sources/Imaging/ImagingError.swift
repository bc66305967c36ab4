package import Frames
package import Tensors

/// Why a picture could not be decoded, encoded or turned into a tensor.
///
/// The first cases tell of bytes that came from outside (a frame to be counted and dropped), the others of a request that cannot work.
package enum ImagingError: Error, Equatable, Sendable {
    /// The bytes are damaged or cut off; `reason` says where.
    case corrupt(ImageFormat, reason: String)
    /// The bytes may be sound and are of a kind that is not decoded.
    case unsupported(ImageFormat, ImageFeature)
    /// The picture has more pixels than the limits allow; nothing was allocated for it.
    case tooLarge(Size, maximumPixelCount: Int)
    /// A frame has another size than its source announced.
    case sizeMismatch(announced: Size, found: Size)
    /// A frame's width, height or distance between rows makes no sense.
    case invalidGeometry(PixelFormat, Size, bytesPerRow: Int)
    /// A frame has fewer bytes than its size and format need.
    case shortBuffer(PixelFormat, needed: Int, found: Int)
    /// The file is neither JPEG nor BMP.
    case unknownFormat
    /// The memory for decoding or encoding could not be had.
    case outOfMemory
    /// A picture that cannot be encoded: no pixels, or more than 65 500 on an axis.
    case notEncodable(Size)
    /// The region and the frame have no common area.
    case emptyRegion(Box)
    /// A model's input is not an image that can be filled.
    case unsupportedInput(Shape, ElementType)
    /// A normalisation that has a standard deviation of zero, numbers that are not finite, or not one pair (or one for each channel).
    case unusableNormalization
    /// An integer input that needs scale and zero point and has none, or several.
    case unusableQuantization
    /// The buffer for the tensor has another size than the tensor.
    case tensorSize(needed: Int, found: Int)
}

/// The formats of image files that are decoded.
package enum ImageFormat: String, Sendable, Hashable {
    case jpeg = "JPEG"
    case bmp = "BMP"
}

/// What an image has that is not decoded.
package enum ImageFeature: Sendable, Hashable {
    case progressive, lossless, hierarchical, arithmeticCoding
    case moreScans(than: Int)
    case bitsPerSample(Int)
    case components(Int)
    case bitsPerPixel(Int)
    case compression(UInt32)
    /// In the words of the decoding library.
    case other(String)
}

extension ImagingError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .corrupt(let format, let reason): "damaged \(format.rawValue): \(reason)"
        case .unsupported(let format, let feature): "\(format.rawValue) with \(feature) is not decoded; save it as a plain one"
        case .tooLarge(let size, let maximum): "\(size) pixels are more than the limit of \(maximum); use a smaller picture"
        case .sizeMismatch(let announced, let found): "the picture is \(found), the source announced \(announced)"
        case .invalidGeometry(let format, let size, let stride):
            "a \(format.rawValue) frame of \(size) with \(stride) bytes a row makes no sense"
        case .shortBuffer(let format, let needed, let found): "a \(format.rawValue) frame needs \(needed) bytes and has \(found)"
        case .unknownFormat: "neither JPEG nor BMP; convert the picture to one of them"
        case .outOfMemory: "not enough memory for the picture"
        case .notEncodable(let size): "a picture of \(size) cannot be a JPEG"
        case .emptyRegion(let box): "no part of the region (\(box.left),\(box.top))-(\(box.right),\(box.bottom)) is in the frame"
        case .unsupportedInput(let shape, let type):
            "an input \(shape) of \(type.rawValue) is not an image: needed is [1,H,W,1] or [1,H,W,3] of uint8, int8 or float32"
        case .unusableNormalization:
            "mean and std need one number each, or one for each channel, finite and with no std of zero"
        case .unusableQuantization: "the input's integers have no single scale and zero point; use the raw normalisation"
        case .tensorSize(let needed, let found): "the input tensor takes \(needed) bytes, the buffer has \(found)"
        }
    }
}

extension ImageFeature: CustomStringConvertible {
    package var description: String {
        switch self {
        case .progressive: "progressive coding"
        case .lossless: "lossless coding"
        case .hierarchical: "hierarchical coding"
        case .arithmeticCoding: "arithmetic coding"
        case .moreScans(let count): "more than \(count) scans"
        case .bitsPerSample(let count): "\(count) bits a sample"
        case .components(let count): "\(count) components"
        case .bitsPerPixel(let count): "\(count) bits a pixel"
        case .compression(let code): "compression \(code)"
        case .other(let text): "a feature unknown here (\(text))"
        }
    }
}
