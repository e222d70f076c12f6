/// A request about the saved runs; each run is named by its id.
public enum RunRequest: Sendable, Equatable {
  /// List them; answered by a `runs` message.
  case list
  /// Continue this run; answered by an `opened` message.
  case open(String)
  /// Read this run; answered by a `recorded` message.
  case view(String)
  /// Give this run another title.
  case rename(String, String)
  /// Delete this run; answered by a `deleted` message.
  case delete(String)
  /// Take back the deletion of this run.
  case restore(String)
}
