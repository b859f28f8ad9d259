package import Foundation

/// Where workers with output roots of their own leave files for one another.
package enum ExchangePlace: Equatable, Sendable {
    /// In the queue's database.
    case database
    /// In a folder that all machines see.
    case folder(URL)
}
