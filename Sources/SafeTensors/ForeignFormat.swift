/// A file format that is met where safetensors is expected, recognised by its first bytes.
///
/// Names prove nothing: a pickle called `x.safetensors` is still a program that loading would run.
package enum ForeignFormat: Equatable, Sendable {
    /// A ZIP archive, as `torch.save` has written since PyTorch 1.6.
    case zip
    /// A bare Python pickle, as older `torch.save` wrote.
    case pickle
    /// The pointer that `git lfs` leaves where it did not download.
    case gitLFSPointer
    /// A web page, as a failed download leaves.
    case html

    /// Recognises the format by the first bytes, or returns `nil`.
    init?(magic: some Collection<UInt8>) {
        func starts(_ text: String) -> Bool { magic.starts(with: text.utf8) }
        if magic.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else if let second = magic.dropFirst().first,
            magic.first == 0x80, (2...5).contains(second), !ForeignFormat.looksLikeHeader(magic)
        {
            self = .pickle
        } else if starts("version https://git-lfs") {
            self = .gitLFSPointer
        } else if starts("<!DOCTYPE") || starts("<!doctype") || starts("<html") {
            self = .html
        } else {
            return nil
        }
    }

    /// Whether the first bytes are a plausible header length and an opening brace: a header of 0x0280
    /// bytes begins like a pickle.
    private static func looksLikeHeader(_ magic: some Collection<UInt8>) -> Bool {
        magic.dropFirst(4).prefix(5).elementsEqual([0, 0, 0, 0, 0x7B])
    }

    /// What was found and what to do about it, ending the sentence.
    func description(path: String) -> String {
        switch self {
        case .zip, .pickle:
            "a Python pickle, which is never opened because opening one runs code from it; "
                + "convert it with: \(ForeignFormat.conversionRecipe(path: path))"
        case .gitLFSPointer:
            "a Git LFS pointer instead of the file; run `git lfs pull` in its folder."
        case .html:
            "a web page; the download failed, repeat it."
        }
    }

    /// One shell line that turns a pickle into safetensors, nested dictionaries joined with dots.
    static func conversionRecipe(path: String) -> String {
        let flatten =
            "f=lambda d,p='':{k:t for n,v in d.items() for k,t in (f(v,p+n+'.') if isinstance(v,dict) "
            + "else {p+n:v.clone().contiguous()} if torch.is_tensor(v) else {}).items()}"
        let program =
            "import sys,torch,safetensors.torch as s;\(flatten);"
            + "d=torch.load(sys.argv[1],map_location='cpu',weights_only=True);"
            + "s.save_file(f(d.get('state_dict',d)),sys.argv[2])"
        return "python3 -c \"\(program)\" '\(path)' '\(path).safetensors'"
    }
}
