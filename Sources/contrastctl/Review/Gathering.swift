/// Items under one heading; where there are none there is no heading either.
struct Gathering<Item> {
    let items: [Item]

    /// Nil for no items, which a template's section skips.
    init?(_ items: [Item]) {
        guard !items.isEmpty else { return nil }
        self.items = items
    }
}
