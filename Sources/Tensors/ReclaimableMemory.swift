/// Memory of a tensor whose content can be had again, such as a part of a mapped file.
package protocol ReclaimableMemory: AnyObject, Sendable {
    /// Lets the system have the memory back; the content is read again when it is touched.
    func reclaim()
}
