import Foundation
import Imaging
import Requests
import TestSupport
import Testing

@testable import Generation

/// The files of a job: names, metadata, sheets.
struct PublishingTests {
    @Test func publishesPicturesSheetAndRequest() throws {
        let host = try TinyJob().run(["count": 2])
        #expect(
            host.outputs.map(\.output.path) == [
                "images/0000_s7.png", "images/0001_s8.png", "contact_sheet.png", "request.json",
            ]
        )
        #expect(
            host.outputs[1].output.metadata == [
                "seed": 8, "prompt": "a photo of a dog on the beach", "width": 32, "height": 32,
            ]
        )
        // A reference and two pictures stand in a row.
        let sheet = try ImageDecoder().decode(Array(host.outputs[2].content)).image
        #expect(sheet.width > 3 * 128 && sheet.height < 2 * 128)
        let request = try JSONValue(decoding: host.outputs[3].content)
        guard case .object(let members) = request else {
            Issue.record("request.json is no object")
            return
        }
        #expect(members["seed"] == 7)
        #expect(members["sampler"] == "ddim")
        let again = try JobRequest.decode(kind: .generate, payload: request, drawnSeed: 1).resolved
        #expect(try again.encoded() == request.encoded())
    }

    /// Many large pictures wait for their sheet in a size that memory can hold.
    @Test func keepsPicturesOfALargeJobSmall() throws {
        let picture = GeneratedPicture(
            image: RGBImage(width: 400, height: 300),
            index: 12,
            seed: 5,
            prompt: "",
            masks: []
        )
        #expect(picture.fitted(within: 200).image == RGBImage(width: 200, height: 150))
        #expect(picture.fitted(within: 400).image == picture.image)
        #expect(picture.fitted(within: 200).name == "0012_s5")
    }

    @Test func leavesOutWhatIsNotWanted() throws {
        let host = try TinyJob().run(["contact_sheet": false])
        #expect(host.outputs.map(\.output.role) == ["image", "request"])
    }

    @Test func picturesTellHowTheyWereMade() throws {
        let job = try TinyJob()
        let content = try job.run(["negative_prompt": "blurry"]).outputs("image")[0].content
        let texts = try PNGText.read(png: Array(content))
        #expect(texts.map(\.keyword) == ["parameters", "customcontrast"])
        let hash = try job.base.identity().shortHash
        #expect(
            texts[0].text == """
                a photo of a dog on the beach
                Negative prompt: blurry
                Steps: 3, Sampler: DDIM, CFG scale: 7.5, Seed: 7, Size: 32x32, \
                Model hash: \(hash), Model: sd, RNG: philox, Adapter: tiny, \
                Adapter hash: ababababab, Gamma: 1.0, Version: CustomContrast \(Version.current)
                """
        )
        guard
            case .object(let members) = try JSONValue(decoding: Data(texts[1].text.utf8)),
            case .object(let request)? = members["request"]
        else {
            Issue.record("the customcontrast text is no object with a request")
            return
        }
        #expect(members["job"] == 42)
        #expect(members["seed"] == 7)
        #expect(request["negative_prompt"] == "blurry")
    }

    @Test(arguments: [("parameters", ["parameters"]), ("none", [])])
    func metadataCanBeLeftOut(choice: String, keywords: [String]) throws {
        let host = try TinyJob().run(["png_metadata": .string(choice)])
        let texts = try PNGText.read(png: Array(host.outputs("image")[0].content))
        #expect(texts.map(\.keyword) == keywords)
    }
}
