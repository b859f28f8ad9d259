/// Everything that decides a picture of the small world; the same description gives the same bytes.
package struct PictureDescription: Sendable, Hashable, Codable {
    /// What the picture shows.
    package var subject: Subject
    /// The colour its body takes instead of its own; an edit a caption can ask for.
    package var color: NamedColor?
    /// The shape it takes.
    package var shape: ShapeEdit
    /// What it wears or holds.
    package var accessory: Accessory
    /// Where it is.
    package var scene: Scene
    /// How the picture is made.
    package var style: PictureStyle
    /// Where the picture is taken from.
    package var viewpoint: Viewpoint
    /// The light it is taken in.
    package var light: Light
    /// The seed of the scene's chance details.
    package var backdropSeed: UInt64

    /// Creates the description of a plain photo; edits are set afterwards.
    package init(
        of subject: Subject,
        in scene: Scene = .studio,
        from viewpoint: Viewpoint = Viewpoint(azimuth: 0, elevation: 16),
        light: Light = Light(),
        backdropSeed: UInt64 = 0
    ) {
        self.subject = subject
        shape = .own
        accessory = .none
        self.scene = scene
        style = .photo
        self.viewpoint = viewpoint
        self.light = light
        self.backdropSeed = backdropSeed
    }
}
