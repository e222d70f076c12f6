import CKernels
import Glibc
import Synchronization

/// Owns the matrices of a model in the form that products read.
final class MatrixStore: Sendable {
  private struct Entry {
    let table: Table
    let packed: UnsafeMutableRawPointer
  }

  /// Cache lines are 64 bytes, and so are the widest vectors.
  private static let alignment = 64
  /// Bytes of a matrix that a thread takes at a time.
  private static let pieceBytes = 1 << 20

  private let memory: HugePages
  // Both are written while the model is read, before anything is shared between threads.
  nonisolated(unsafe) private var entries: [Entry] = []
  /// Bytes of the matrices that were added.
  nonisolated(unsafe) private(set) var byteCount = 0
  private let isPacked = Mutex(false)

  /// Address space for every matrix of `file`.
  init(_ file: GGUFFile) throws(GGUFError) {
    var byteCount = 0
    for tensor in file.tensors.values where tensor.dimensions.count > 1 {
      let rows = tensor.dimensions[1]
      let matrices = tensor.dimensions.dropFirst(2).reduce(1, *)
      let bytes = Self.packedBytes(tensor.type, rows: rows, columns: tensor.dimensions[0])
      byteCount += matrices * bytes
    }
    guard let memory = HugePages(byteCount: byteCount) else {
      throw GGUFError(
        path: file.path,
        reason: .notEnoughMemory(needed: byteCount, available: MachineMemory().available ?? 0))
    }
    self.memory = memory
  }

  /// Gives `table` its place; what products read is there after `pack`.
  func add(_ table: Table) -> Matrix {
    let packed = memory.start + byteCount
    byteCount += Self.packedBytes(table.type, rows: table.rows, columns: table.columns)
    entries.append(Entry(table: table, packed: packed))
    return Matrix(type: table.type, packed: packed, rows: table.rows, columns: table.columns)
  }

  /// Packs every matrix once; a call that meets another waits for it.
  ///
  /// What has been read of the file is given back piece by piece, so that weights do not stand
  /// in memory twice.
  func pack(on pool: ComputePool) {
    isPacked.withLock { isPacked in
      guard !isPacked else { return }
      for entry in entries { Self.pack(entry, on: pool) }
      isPacked = true
    }
  }

  private static func pack(_ entry: Entry, on pool: ComputePool) {
    let table = entry.table
    let panel = Int(SR_PANEL_ROWS)
    let panels = (table.rows + panel - 1) / panel
    let piece = max(1, pieceBytes / (panel * table.rowBytes))
    pool.run(panels, grain: piece, work: table.rows * table.columns) { range in
      for first in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
        let end = min(range.upperBound, first + piece)
        let rows = first * panel..<min(table.rows, end * panel)
        sr_pack(
          table.type.kernelType, table.bytes, table.columns, rows.lowerBound, rows.upperBound,
          entry.packed)
        forget(table.row(rows.lowerBound), byteCount: rows.count * table.rowBytes)
      }
    }
  }

  /// Takes the pages of a file's map that lie wholly in these bytes out of memory; they are read
  /// again when they are touched.
  private static func forget(_ bytes: UnsafeRawPointer, byteCount: Int) {
    let pageBytes = sysconf(Int32(_SC_PAGESIZE))
    let start = bytes.alignedUp(toMultipleOf: pageBytes)
    let end = (bytes + byteCount).alignedDown(toMultipleOf: pageBytes)
    guard start < end else { return }
    _ = madvise(UnsafeMutableRawPointer(mutating: start), end - start, MADV_DONTNEED)
  }

  private static func packedBytes(_ type: TensorType, rows: Int, columns: Int) -> Int {
    let bytes = sr_packed_bytes(type.kernelType, rows, columns)
    return (bytes + alignment - 1) / alignment * alignment
  }
}
