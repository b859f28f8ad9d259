/// Every target there is.
package enum FuzzTargets {
    package static var all: [any FuzzTarget.Type] {
        [
            SafeTensorsHeaderTarget.self, SafeTensorsFileTarget.self, SafeTensorsIndexTarget.self,
            PNGTarget.self, JPEGTarget.self, TokenizerTarget.self, RequestTarget.self,
            ConfigurationTarget.self,
        ]
    }

    /// The target of a name.
    package static func named(_ name: String) -> (any FuzzTarget.Type)? {
        all.first { $0.name == name }
    }
}
