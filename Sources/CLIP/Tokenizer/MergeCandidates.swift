/// Candidates of which the least is found at once: a binary heap.
struct MergeCandidates {
    private var heap: [MergeCandidate] = []

    /// Adds one.
    mutating func insert(_ candidate: MergeCandidate) {
        heap.append(candidate)
        var place = heap.count - 1
        while place > 0, heap[place] < heap[(place - 1) / 2] {
            heap.swapAt(place, (place - 1) / 2)
            place = (place - 1) / 2
        }
    }

    /// Takes the least one out; `nil` if there is none.
    mutating func popFirst() -> MergeCandidate? {
        guard let first = heap.first else { return nil }
        let last = heap.removeLast()
        guard !heap.isEmpty else { return first }
        heap[0] = last
        var place = 0
        while true {
            var least = place
            for child in 2 * place + 1...2 * place + 2
            where child < heap.count && heap[child] < heap[least] { least = child }
            if least == place { break }
            heap.swapAt(place, least)
            place = least
        }
        return first
    }
}
