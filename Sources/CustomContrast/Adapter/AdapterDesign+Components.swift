extension AdapterDesign {
    /// How many S⁺ components an adapter has; 0 for one without.
    package var componentCount: Int {
        guard case .customContrast(let configuration) = self, configuration.hasTextual else {
            return 0
        }
        return configuration.componentCount
    }
}
