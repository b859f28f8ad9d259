import Imaging
import SmallWorld
import Testing

@Suite struct RendererTests {
    @Test func givesTheSameBytesForTheSameDescription() {
        let description = WorldSampler(seed: 3).picture(11)
        let first = Renderer().render(description)
        let second = Renderer().render(description)
        #expect(first.image == second.image && first.mask == second.mask)
    }

    /// Every subject is in the picture: neither lost nor filling it, and never cut by more than an edge.
    @Test(arguments: SubjectClass.allCases)
    func keepsSubjectsInView(subjectClass: SubjectClass) {
        for stream: UInt64 in 0..<40 {
            var random = CounterGenerator(seed: 1, stream: stream)
            let subject = Subject(subjectClass, using: &random)
            let description = WorldSampler(seed: 2).view(Int(stream), of: subject)
            let mask = Renderer().render(description).mask
            #expect((0.06...0.7).contains(mask.coverage()), "\(description)")
            let border = (0..<64).count { index in
                mask[index, 0] > 127 || mask[index, 63] > 127 || mask[0, index] > 127
                    || mask[63, index] > 127
            }
            #expect(border <= 8, "\(description)")
        }
    }

    @Test func maskIsWhereTheSubjectIs() {
        var random = CounterGenerator(seed: 9, stream: 0)
        var description = WorldSampler(seed: 2).view(0, of: Subject(.bear, using: &random))
        description.subject.color = .red
        let red = Renderer().render(description)
        description.subject.color = .green
        description.subject.secondColor = .blue
        let green = Renderer().render(description)
        #expect(red.mask == green.mask)
        for index in red.mask.values.indices where red.mask.values[index] == 0 {
            let pixel = (index * 3)..<(index * 3 + 3)
            #expect(red.image.pixels[pixel] == green.image.pixels[pixel])
        }
    }

    @Test func accessoriesAreNotPartOfTheMask() {
        var description = PictureDescription(
            of: Subject(.mug, color: .white, secondColor: .blue, pattern: .plain)
        )
        description.accessory = .balloon
        let picture = Renderer().render(description)
        let isRose = { (color: RGBColor) in color.red > 180 && color.green < 120 && color.blue > 80
        }
        var roses = 0
        for y in 0..<64 {
            for x in 0..<64 where isRose(picture.image[x, y]) {
                roses += 1
                #expect(picture.mask[x, y] < 128)
            }
        }
        #expect(roses > 40)
    }

    /// Each edit changes many pixels: an edit nobody can see cannot be learnt.
    @Test func everyEditShows() throws {
        let plain = PictureDescription(
            of: Subject(.duck, color: .yellow, secondColor: .orange, pattern: .dotted)
        )
        let reference = Renderer().render(plain).image
        var edits: [PictureDescription] = []
        for scene in Scene.allCases.dropFirst() {
            edits.append(plain)
            edits[edits.count - 1].scene = scene
        }
        for accessory in Accessory.allCases.dropFirst() {
            edits.append(plain)
            edits[edits.count - 1].accessory = accessory
        }
        for style in PictureStyle.allCases.dropFirst() {
            edits.append(plain)
            edits[edits.count - 1].style = style
        }
        for shape in ShapeEdit.allCases.dropFirst() {
            edits.append(plain)
            edits[edits.count - 1].shape = shape
        }
        for edit in edits {
            let image = Renderer().render(edit).image
            let changed = zip(image.pixels, reference.pixels).count { abs(Int($0) - Int($1)) > 40 }
            #expect(changed > 150, "\(edit.caption())")
        }
    }

    @Test func rendersOtherSizes() {
        let description = WorldSampler(seed: 3).picture(5)
        let large = Renderer(side: 128).render(description)
        #expect(large.image.width == 128 && large.mask.height == 128)
    }
}
