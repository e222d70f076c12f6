/// Whether the models are ready.
public enum EngineStatus: Sendable, Equatable {
  /// Models are being loaded: which ones, for people.
  case loading(String)
  case ready
  /// Nothing can be submitted: why, in one sentence with a remedy.
  case failed(String)
}
