/// The version of this program, as it appears in pictures, adapters and worker rows.
package enum Version {
    package static let current = "0.1.0"
}
