internal import Imaging
internal import Layers

extension CLIPImagePreprocessor: Decodable {
    private enum CodingKeys: String, CodingKey {
        case size
        case crop = "crop_size"
        case mean = "image_mean"
        case standardDeviation = "image_std"
        case resample
        case rescaleFactor = "rescale_factor"
        case resizes = "do_resize"
        case crops = "do_center_crop"
        case normalizes = "do_normalize"
        case rescales = "do_rescale"
    }

    /// A size as files spell it: a number, or an object.
    private struct Size: Decodable {
        let side: Int
        /// Whether the shorter side is meant, and the longer one stays in proportion.
        var keepsProportions = true

        private enum CodingKeys: String, CodingKey {
            case shortestEdge = "shortest_edge"
            case height, width
        }

        init(from decoder: any Decoder) throws {
            if let side = try? decoder.singleValueContainer().decode(Int.self) {
                self.side = side
                return
            }
            let container = try decoder.container(keyedBy: CodingKeys.self)
            if let side = try container.decodeIfPresent(Int.self, forKey: .shortestEdge) {
                self.side = side
                return
            }
            let height = try container.decode(Int.self, forKey: .height)
            let width = try container.decode(Int.self, forKey: .width)
            guard height == width else {
                throw ModelFileError.unsupported(
                    option: "a picture's size",
                    value: "\(width)×\(height)",
                    supported: "a square"
                )
            }
            side = height
            keepsProportions = false
        }
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init()
        if let size = try container.decodeIfPresent(Size.self, forKey: .size) {
            (shorterSide, keepsProportions) = (size.side, size.keepsProportions)
        }
        cropSize = try container.decodeIfPresent(Size.self, forKey: .crop)?.side ?? cropSize
        mean = try container.decodeIfPresent([Float].self, forKey: .mean) ?? mean
        standardDeviation =
            try container.decodeIfPresent([Float].self, forKey: .standardDeviation)
            ?? standardDeviation
        for step in [CodingKeys.resizes, .crops, .normalizes, .rescales]
        where try container.decodeIfPresent(Bool.self, forKey: step) == false {
            throw ModelFileError.unsupported(
                option: step.rawValue,
                value: "false",
                supported: "true"
            )
        }
        if let number = try container.decodeIfPresent(Int.self, forKey: .resample) {
            switch number {
            // Pillow's numbers.
            case 2: filter = .bilinear
            case 3: filter = .bicubic
            default:
                throw ModelFileError.unsupported(
                    option: "resample",
                    value: "\(number)",
                    supported: "2 (bilinear) or 3 (bicubic)"
                )
            }
        }
        if let factor = try container.decodeIfPresent(Float.self, forKey: .rescaleFactor),
            abs(factor * 255 - 1) > 1e-6
        {
            throw ModelFileError.unsupported(
                option: "rescale_factor",
                value: "\(factor)",
                supported: "1/255"
            )
        }
        guard cropSize > 0, shorterSide >= cropSize, mean.count == 3,
            standardDeviation.count == 3, standardDeviation.allSatisfy({ $0 > 0 })
        else {
            throw ModelFileError.unsupported(
                option: "the preprocessing",
                value: "\(self)",
                supported: "a crop no larger than the picture, and three means and deviations"
            )
        }
    }
}
