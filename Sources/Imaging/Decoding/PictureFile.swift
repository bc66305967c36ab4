extension Picture {
    /// Decodes the contents of an image file, JPEG or BMP by its first bytes, at full size.
    /// - Throws: `unknownFormat` and what the decoders throw.
    package init(file bytes: Span<UInt8>, layout: Layout = .rgb, limits: JPEGLimits = .files) throws(ImagingError) {
        self.init()
        if BMP.isBMP(bytes) {
            try BMP.decode(bytes, into: &self, maximumPixelCount: limits.maximumPixelCount)
            if layout == .grey {
                var grey = Picture()
                luma(into: &grey)
                self = grey
            }
        } else if bytes.count >= 2, bytes[0] == 0xFF, bytes[1] == 0xD8 {
            try JPEGDecoder(limits: limits).decode(bytes, into: &self, as: layout)
        } else {
            throw .unknownFormat
        }
    }
}
