/// The processor this program runs on, through the `Kernels` target.
package struct CPUDevice: Sendable {
    package init() {}
}
