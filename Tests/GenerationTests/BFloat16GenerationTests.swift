import Foundation
import Imaging
import Requests
import Tensors
import TestSupport
import Testing

@testable import Generation

/// Whole jobs with matrix products in bfloat16.
struct BFloat16GenerationTests {
    private static let precision: [String: JSONValue] = ["precision": "bfloat16"]

    @Test(arguments: TinyBase.allCases)
    func picturesAreTheSameAloneAndTogether(base: TinyBase) throws {
        let job = try TinyJob(base.load(precision: .bfloat16))
        let members = Self.precision
        let together = try job.pictures(members.merging(["count": 2]) { $1 })
        #expect(Set(together).count == 2)
        for index in 0..<2 {
            let alone = try job.pictures(members.merging(["seed": .integer(7 + index)]) { $1 })
            #expect(alone == [together[index]])
        }
    }

    /// The picture of float32 but for tones, and the file says what it was made with.
    @Test func thePictureIsAlmostThatOfFloat32() throws {
        let full = try #require(try TinyJob().run().outputs("image").first).content
        let host = try TinyJob(TinyBase.sd.load(precision: .bfloat16)).run(Self.precision)
        let half = try #require(host.outputs("image").first).content
        #expect(full != half)
        let decoder = ImageDecoder()
        let (one, other) = (
            try decoder.decode(Array(full)).image, try decoder.decode(Array(half)).image
        )
        let difference = zip(one.pixels, other.pixels).reduce(0) { $0 + abs(Int($1.0) - Int($1.1)) }
        #expect(difference < 8 * one.pixels.count)
        #expect(String(decoding: half, as: UTF8.self).contains("Precision: bfloat16"))
        #expect(!String(decoding: full, as: UTF8.self).contains("Precision: "))
    }

    /// Weights of UNet and encoders count half.
    @Test func theEstimateKnowsThePrecision() throws {
        let folder = try TinyBase.sd.load().folder
        let (full, half) = (
            try BaseOutline(folder), try BaseOutline(folder, precision: .bfloat16)
        )
        #expect(half.imageBytes < full.imageBytes)
        #expect(half.textBytes < full.textBytes)
        let size = (height: 8, width: 8)
        let unet = [full, half].map { $0.unetBytes(samples: 2, size: size, trains: false) }
        #expect(10 * unet[1] < 6 * unet[0])
    }
}
