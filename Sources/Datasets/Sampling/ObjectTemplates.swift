/// The captions of pictures that have none: CLIP's ImageNet templates as Textual Inversion uses them.
package enum ObjectTemplates {
    /// The templates, with `{}` where the class noun goes.
    package static let all = [
        "a photo of a {}", "a rendering of a {}", "a cropped photo of the {}", "the photo of a {}",
        "a photo of a clean {}", "a photo of a dirty {}", "a dark photo of the {}",
        "a photo of my {}",
        "a photo of the cool {}", "a close-up photo of a {}", "a bright photo of the {}",
        "a cropped photo of a {}", "a photo of the {}", "a good photo of the {}",
        "a photo of one {}",
        "a close-up photo of the {}", "a rendition of the {}", "a photo of the clean {}",
        "a rendition of a {}", "a photo of a nice {}", "a good photo of a {}",
        "a photo of the nice {}",
        "a photo of the small {}", "a photo of the weird {}", "a photo of the large {}",
        "a photo of a cool {}", "a photo of a small {}",
    ]

    /// The caption of template number `index` for a class.
    package static func caption(_ index: Int, className: String) -> String {
        all[index % all.count].split(separator: "{}", omittingEmptySubsequences: false)
            .joined(separator: className)
    }

    /// Whether a caption names a class by its noun, whatever the case.
    package static func names(_ className: String, in caption: String) -> Bool {
        let words = caption.lowercased().split { !$0.isLetter && !$0.isNumber }
        let noun = className.lowercased().split { !$0.isLetter && !$0.isNumber }
        guard !noun.isEmpty, words.count >= noun.count else { return false }
        return (0...(words.count - noun.count)).contains { first in
            words[first..<(first + noun.count)].elementsEqual(noun)
        }
    }
}
