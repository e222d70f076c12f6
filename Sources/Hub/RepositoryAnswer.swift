/// What a hub answers about a repository at one revision, as far as it is used:
/// `api/models/OWNER/REPO/revision/REVISION?blobs=true`.
struct RepositoryAnswer: Decodable {
  /// A file of the repository.
  struct File: Decodable {
    /// What the hub tells of a file that it keeps outside of git.
    struct Large: Decodable {
      /// The SHA-256 of its content, in hexadecimal digits.
      var sha256: String?
      /// Bytes.
      var size: Int?
    }

    /// Its path in the repository.
    var rfilename: String
    /// Nil for a small file, which git keeps.
    var lfs: Large?
  }

  /// The commit.
  var sha: String
  /// The files.
  var siblings: [File]?
}
