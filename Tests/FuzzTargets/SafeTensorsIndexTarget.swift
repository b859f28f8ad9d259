internal import SafeTensors

/// An index of weight files.
package struct SafeTensorsIndexTarget: FuzzTarget {
    package static let name = "safetensors-index"
    private let file: InputFile

    package init() throws { file = try InputFile() }

    package func run(_ input: [UInt8]) throws {
        let path = try file.write(input)
        let index = try SafeTensorsIndex(path: path)
        for name in index.fileNames {
            let keys = index.weightMap.filter { $0.value == name }.map(\.key)
            try index.check(keys, ofFile: name, indexPath: path)
        }
    }

    package func seeds() -> [[UInt8]] {
        [
            #"{"metadata":{"total_size":1.5e3,"x":[null,true,{"y":[]}]},"weight_map":{"a":"1.safetensors"}}"#,
            #"{"weight_map":{"a.b":"model-00001-of-00002.safetensors","c":"model-00002-of-00002.safetensors"}}"#,
        ].map { Array($0.utf8) }
    }
}
