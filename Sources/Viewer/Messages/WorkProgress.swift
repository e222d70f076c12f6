/// The progress of a long piece of work, such as loading a model.
public struct WorkProgress: Sendable, Equatable {
  /// What is being done, for people.
  public var label: String
  /// The share that is done, 0 to 1.
  public var share: Double

  /// `share` of `label` is done.
  public init(label: String, share: Double) {
    self.label = label
    self.share = share
  }
}
