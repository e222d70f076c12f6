import Foundation
import Traces

/// A repository's folder in the cache that `huggingface_hub` and other tools share:
/// `blobs/CHECKSUM` has the contents, `snapshots/COMMIT/FILE` are links to them, `refs/REVISION` says
/// which commit a revision was.
///
/// The layout: huggingface_hub, docs/source/en/guides/manage-cache.md.
struct HubCache {
  private let root: String
  private let folder: String
  private let lockFolder: String

  /// The folder of `reference` in the cache at `root`.
  init(_ root: String, _ reference: HubReference) {
    self.root = root
    let name = "models--\(reference.owner)--\(reference.repository)"
    folder = "\(root)/\(name)"
    lockFolder = "\(root)/.locks/\(name)"
  }

  /// Where the content of `file` belongs.
  func blob(_ file: HubFile) -> String { "\(folder)/blobs/\(file.checksum)" }

  /// Where `file` of `commit` is found.
  func path(_ file: HubFile, at commit: String) -> String {
    "\(folder)/snapshots/\(commit)/\(file.name)"
  }

  /// Whether the content of `file` is there as a whole: only a whole one gets its name.
  func has(_ file: HubFile) -> Bool {
    var status = stat()
    return stat(blob(file), &status) == 0 && status.st_mode & S_IFMT == S_IFREG
      && Int(status.st_size) == file.size
  }

  /// Makes the folders, and keeps other processes off the content of `file`, also other tools.
  func lock(_ file: HubFile) throws(HubError) -> FileLock {
    for path in ["\(folder)/blobs", lockFolder] { try makeFolder(path) }
    do {
      return try FileLock("\(lockFolder)/\(file.checksum).lock")
    } catch let held as FileLock.Held {
      throw .inUse(file: file.name, pid: held.pid)
    } catch {
      throw .system(doing: "Locking", path: lockFolder, reason: error.systemReason)
    }
  }

  /// Throws where the disk has not the room for `bytes` more.
  func requireRoom(_ bytes: Int) throws(HubError) {
    try makeFolder("\(folder)/blobs")
    var status = statvfs()
    guard statvfs(folder, &status) == 0 else { throw .system("Looking at", folder) }
    let free = Int(clamping: status.f_bavail).multipliedReportingOverflow(
      by: Int(clamping: status.f_frsize))
    guard !free.overflow, free.partialValue < bytes else { return }
    throw .noRoom(path: root, needed: bytes, free: free.partialValue)
  }

  /// Makes the files of `model`, whose contents are there, visible as those of `commit`: the first
  /// part last, as a loader begins with it.
  func link(_ model: HubModel, at commit: String, as revision: String) throws(HubError) {
    for file in model.files.reversed() {
      let link = path(file, at: commit)
      let depth = file.name.split(separator: "/").count - 1
      let target = String(repeating: "../", count: depth + 2) + "blobs/" + file.checksum
      try makeFolder(URL(filePath: link).deletingLastPathComponent().path)
      let new = "\(link).\(getpid()).new"
      unlink(new)
      guard symlink(target, new) == 0 else { throw .system("Linking", new) }
      guard rename(new, link) == 0 else {
        let error = HubError.system("Linking", link)
        unlink(new)
        throw error
      }
    }
    guard revision != commit else { return }
    let reference = "\(folder)/refs/\(revision)"
    do {
      try makeFolder(URL(filePath: reference).deletingLastPathComponent().path)
      try Data(commit.utf8).write(to: URL(filePath: reference), options: .atomic)
    } catch let error as HubError {
      throw error
    } catch {
      throw .system(doing: "Writing", path: reference, reason: error.systemReason)
    }
  }

  private func makeFolder(_ path: String) throws(HubError) {
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      throw .system(doing: "Making", path: path, reason: error.systemReason)
    }
  }
}
