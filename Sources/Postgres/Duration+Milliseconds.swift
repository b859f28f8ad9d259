extension Duration {
    /// Whole milliseconds as PostgreSQL's settings take them.
    var milliseconds: String {
        "\(components.seconds * 1_000 + components.attoseconds / 1_000_000_000_000_000)"
    }
}
