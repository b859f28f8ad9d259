package import Imaging
package import SmallWorld

/// How a subject's cut-out is laid on a blank canvas: at random for training, in the middle for use.
package struct CutOutPlacement: Sendable, Equatable {
    /// The length of the subject's longer side as a share of the canvas.
    package var scale: ClosedRange<Float>
    /// How often it is flipped left to right, 0–1.
    package var flipProbability: Float
    /// The canvas' colour; the same for all cut-outs, or their likeness would be that of their backgrounds.
    package var canvas: RGBColor

    /// Creates a placement.
    package init(
        scale: ClosedRange<Float> = 0.6...1,
        flipProbability: Float = 0.5,
        canvas: RGBColor = .white
    ) {
        self.scale = scale
        self.flipProbability = flipProbability
        self.canvas = canvas
    }

    /// The subject at a random size and place, perhaps flipped, on a square canvas.
    ///
    /// Without a mask the whole picture is laid out.
    package func placed(
        _ view: LoadedView,
        side: Int,
        using random: inout CounterGenerator
    ) -> RGBImage {
        let share = random.number(in: scale)
        let isFlipped = random.happens(flipProbability)
        let (x, y) = (random.number(in: 0...1), random.number(in: 0...1))
        return laidOut(view, side: side, share: share, isFlipped: isFlipped, x: x, y: y)
    }

    /// The subject in the middle of a square canvas, with a tenth of it free around: what inference and
    /// evaluation read.
    package func centered(_ view: LoadedView, side: Int) -> RGBImage {
        laidOut(view, side: side, share: 1 / 1.2, isFlipped: false, x: 0.5, y: 0.5)
    }

    /// The subject as `centered` lays it out, but in its own resolution: the canvas takes its size from the
    /// subject's box.
    ///
    /// Without a mask the whole picture is padded to a square.
    package func framed(_ view: LoadedView) -> RGBImage {
        guard let mask = view.mask, let box = mask.boundingBox() else {
            return view.image.paddedToSquare(filledWith: canvas)
        }
        let piece = view.image.cropped(to: box).cutOut(by: mask.cropped(to: box), canvas: canvas)
        let side = Int((Float(max(box.width, box.height)) * 1.2).rounded())
        var result = RGBImage(width: side, height: side, filledWith: canvas)
        result.paste(piece, x: (side - box.width) / 2, y: (side - box.height) / 2)
        return result
    }

    /// Lays the subject's box on a canvas; `x` and `y` are shares of the room that is left.
    private func laidOut(
        _ view: LoadedView,
        side: Int,
        share: Float,
        isFlipped: Bool,
        x: Float,
        y: Float
    ) -> RGBImage {
        let whole = PixelRectangle(x: 0, y: 0, width: view.image.width, height: view.image.height)
        let box = view.mask?.boundingBox() ?? whole
        // Cut out before resizing, so that no background bleeds into the subject's edge.
        var piece = view.image.cropped(to: box)
        if let mask = view.mask { piece = piece.cutOut(by: mask.cropped(to: box), canvas: canvas) }
        let factor = Float(side) * share / Float(max(box.width, box.height))
        let width = min(side, max(1, Int((Float(box.width) * factor).rounded())))
        let height = min(side, max(1, Int((Float(box.height) * factor).rounded())))
        piece = piece.resized(width: width, height: height)
        if isFlipped { piece = piece.mirrored() }
        var result = RGBImage(width: side, height: side, filledWith: canvas)
        result.paste(
            piece,
            x: Int(Float(side - width) * x),
            y: Int(Float(side - height) * y)
        )
        return result
    }
}
