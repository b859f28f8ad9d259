/// The extents of a two-dimensional convolution of pictures `[N, H, W, C]`.
package struct ConvolutionExtents: Sendable {
    /// N.
    package var sampleCount: Int
    /// H.
    package var height: Int
    /// W.
    package var width: Int
    /// The channels of the input.
    package var inputChannels: Int
    /// The channels of the output.
    package var outputChannels: Int
    /// The rows of the kernel.
    package var kernelHeight: Int
    /// The columns of the kernel.
    package var kernelWidth: Int
    /// Input pixels from one output pixel to the next.
    package var stride = 1
    /// Rows of zeros above.
    package var top = 0
    /// Rows of zeros below.
    package var bottom = 0
    /// Columns of zeros to the left.
    package var left = 0
    /// Columns of zeros to the right.
    package var right = 0
    /// From one input pixel to the next once zeros stand between them; 1 for none. Gradients of strided
    /// convolutions need it.
    var spacing = 1

    /// Describes a convolution with stride 1 and no padding.
    package init(
        sampleCount: Int,
        height: Int,
        width: Int,
        inputChannels: Int,
        outputChannels: Int,
        kernelHeight: Int,
        kernelWidth: Int
    ) {
        self.sampleCount = sampleCount
        self.height = height
        self.width = width
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernelHeight = kernelHeight
        self.kernelWidth = kernelWidth
    }

    /// H with the zeros between and around.
    var paddedHeight: Int { (height - 1) * spacing + 1 + top + bottom }

    /// W with the zeros between and around.
    var paddedWidth: Int { (width - 1) * spacing + 1 + left + right }

    /// The rows of the output.
    package var outputHeight: Int { (paddedHeight - kernelHeight) / stride + 1 }

    /// The columns of the output.
    package var outputWidth: Int { (paddedWidth - kernelWidth) / stride + 1 }

    /// The places of the kernel.
    var taps: Int { kernelHeight * kernelWidth }

    /// Whether every output pixel is a linear map of the input pixel in the same place.
    package var isPointwise: Bool {
        taps == 1 && stride == 1 && top == 0 && bottom == 0 && left == 0 && right == 0
    }

    /// Multiplications and additions, each counted.
    var work: Int {
        2 * sampleCount * outputHeight * outputWidth * outputChannels * taps * inputChannels
    }

    /// The convolution that turns a gradient of the output into one of the input: with the kernel turned by
    /// 180°, channels exchanged, and strides turned into zeros between the pixels.
    var transposed: ConvolutionExtents {
        var transposed = self
        transposed.height = outputHeight
        transposed.width = outputWidth
        transposed.inputChannels = outputChannels
        transposed.outputChannels = inputChannels
        transposed.stride = 1
        transposed.spacing = stride
        transposed.top = kernelHeight - 1 - top
        transposed.left = kernelWidth - 1 - left
        // What makes the outcome `height` × `width`, also where the last pixels were in no window.
        transposed.bottom =
            height - (outputHeight - 1) * stride - 1 - transposed.top + kernelHeight - 1
        transposed.right =
            width - (outputWidth - 1) * stride - 1 - transposed.left + kernelWidth - 1
        return transposed
    }
}
