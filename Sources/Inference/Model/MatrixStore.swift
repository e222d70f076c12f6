import CKernels
import Synchronization

/// Owns the matrices of a model in the form that products read.
final class MatrixStore: Sendable {
  private struct Entry {
    let table: Table
    let packed: UnsafeMutableRawPointer
  }

  /// Cache lines are 64 bytes, and so are the widest vectors.
  private static let alignment = 64
  /// Bytes of a matrix that a thread reads at a time: they stay in its cache until they are packed.
  private static let pieceBytes = 256 << 10

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

  /// Reads and packs every matrix once; a call that meets another waits for it.
  ///
  /// `onProgress` gets the share of bytes that are done, 0 to 1, after each matrix.
  ///
  /// Throws when the file was cut off since it was opened, or cannot be read any more.
  func pack(
    on pool: ComputePool, onProgress: (Double) -> Void = { _ in }
  ) throws(GGUFError) {
    let failure: GGUFError? = isPacked.withLock { isPacked in
      guard !isPacked else { return nil }
      var done = 0
      for entry in entries {
        if let failure = Self.pack(entry, on: pool) { return failure }
        done += Self.packedBytes(
          entry.table.type, rows: entry.table.rows, columns: entry.table.columns)
        onProgress(Double(done) / Double(max(1, byteCount)))
      }
      isPacked = true
      return nil
    }
    if let failure { throw failure }
  }

  private static func pack(_ entry: Entry, on pool: ComputePool) -> GGUFError? {
    let table = entry.table
    let panel = Int(SR_PANEL_ROWS)
    let panels = (table.rows + panel - 1) / panel
    let piece = max(1, pieceBytes / (panel * table.rowBytes))
    let failure = Mutex<GGUFError?>(nil)
    pool.run(panels, grain: piece, work: table.rows * table.columns) { range in
      for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
        let end = min(range.upperBound, start + piece)
        let rows = start * panel..<min(table.rows, end * panel)
        let buffer = Buffer<UInt8>(rows.count * table.rowBytes)
        do throws(GGUFError) {
          try table.read(into: buffer.rawBytes, from: rows.lowerBound)
        } catch {
          failure.withLock { $0 = error }
          return
        }
        let type = table.type.kernelType
        sr_pack(
          type, buffer.start, table.columns, 0, rows.count,
          entry.packed + sr_packed_bytes(type, rows.lowerBound, table.columns))
      }
    }
    return failure.withLock { $0 }
  }

  private static func packedBytes(_ type: TensorType, rows: Int, columns: Int) -> Int {
    let bytes = sr_packed_bytes(type.kernelType, rows, columns)
    return (bytes + alignment - 1) / alignment * alignment
  }
}
