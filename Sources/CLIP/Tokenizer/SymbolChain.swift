/// A word's symbols while they are merged: those that are left know their neighbours.
struct SymbolChain {
    private var symbols: [Int?]
    private var following: [Int]
    private var preceding: [Int]
    /// What may be merged, some of which may have gone by since.
    var candidates = MergeCandidates()

    init(_ tokens: [Int]) {
        symbols = tokens
        following = tokens.indices.map { $0 + 1 }
        preceding = tokens.indices.map { $0 - 1 }
    }

    /// The symbols that are left, in order.
    var tokens: [Int] { symbols.compactMap { $0 } }

    /// The symbol at a position; `nil` if it has become a part of the one before it.
    func token(_ position: Int) -> Int? { symbols[position] }

    /// The position of the symbol after another; `nil` at the end.
    func next(_ position: Int) -> Int? {
        following[position] < symbols.count ? following[position] : nil
    }

    /// The position of the symbol before another; `nil` at the beginning.
    func previous(_ position: Int) -> Int? { preceding[position] >= 0 ? preceding[position] : nil }

    /// Makes one symbol of two neighbours.
    mutating func join(_ left: Int, _ right: Int, as token: Int) {
        symbols[left] = token
        symbols[right] = nil
        following[left] = following[right]
        if let next = next(left) { preceding[next] = left }
    }
}
