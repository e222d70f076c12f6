import CKernels
import Synchronization

/// Owns the matrices of a model in the form that products read. `add` gives each its place, and
/// `pack` fills them all.
final class MatrixStore: Sendable {
  private struct Entry {
    let stored: StoredMatrix
    let packed: UnsafeMutableRawPointer
  }

  /// Cache lines are 64 bytes, and so are the widest vectors.
  private static let alignment = 64
  /// Bytes that a thread reads at a time: they stay in its cache until they are packed.
  private static let pieceBytes = 256 << 10

  private let memory: HugePages
  // Both are written while a model is loaded, before anything is shared between threads.
  nonisolated(unsafe) private var entries: [Entry] = []
  /// Bytes of the matrices added so far.
  nonisolated(unsafe) private(set) var byteCount = 0

  /// Reserves memory for all matrices of `file`.
  init(_ file: GGUFFile) throws(GGUFError) {
    var byteCount = 0
    for tensor in file.tensors.values where tensor.dimensions.count > 1 {
      let rows = tensor.dimensions[1]
      let matrices = tensor.dimensions.dropFirst(2).reduce(1, *)
      let bytes = Self.packedBytes(tensor.type, rows: rows, columns: tensor.dimensions[0])
      byteCount += matrices * bytes
      // Matrices that are cut, into three at most, have as many ends to round up.
      if TensorFinder.fusedNames.contains(where: tensor.name.hasSuffix) {
        let rest = Self.packedBytes(
          tensor.type, rows: Matrix.panelRows, columns: tensor.dimensions[0])
        byteCount += matrices * 3 * (rest + Self.alignment)
      }
    }
    guard let memory = HugePages(byteCount: byteCount) else {
      throw GGUFError(
        path: file.path,
        reason: .notEnoughMemory(needed: byteCount, available: MachineMemory().available ?? 0))
    }
    self.memory = memory
  }

  /// Gives `matrix` its place, which holds nothing before `pack`.
  func add(_ matrix: StoredMatrix) -> Matrix {
    let packed = memory.start + byteCount
    byteCount += Self.packedBytes(matrix)
    entries.append(Entry(stored: matrix, packed: packed))
    return Matrix(type: matrix.type, packed: packed, rows: matrix.rows, columns: matrix.columns)
  }

  /// Reads and packs every matrix.
  ///
  /// - Parameter onProgress: Gets the share of bytes done, 0 to 1, after each matrix.
  /// - Throws: If the file was cut off since it was opened, or can no longer be read; and what
  ///   `onProgress` throws.
  func pack(on pool: ComputePool, onProgress: (Double) throws -> Void) throws {
    var done = 0
    for entry in entries {
      try Self.pack(entry, on: pool)
      done += Self.packedBytes(entry.stored)
      try onProgress(Double(done) / Double(max(1, byteCount)))
    }
  }

  private static func pack(_ entry: Entry, on pool: ComputePool) throws(GGUFError) {
    let matrix = entry.stored
    let panel = Int(SR_PANEL_ROWS)
    let panels = (matrix.rows + panel - 1) / panel
    let piece = max(1, pieceBytes / (panel * matrix.rowBytes))
    let failure = Mutex<GGUFError?>(nil)
    pool.run(panels, grain: piece, work: matrix.rows * matrix.columns) { range in
      for start in stride(from: range.lowerBound, to: range.upperBound, by: piece) {
        let end = min(range.upperBound, start + piece)
        let rows = start * panel..<min(matrix.rows, end * panel)
        let buffer = Buffer<UInt8>(rows.count * matrix.rowBytes)
        do throws(GGUFError) {
          try matrix.read(into: buffer.rawBytes, from: rows.lowerBound)
        } catch {
          failure.withLock { $0 = error }
          return
        }
        let type = matrix.type.kernelType
        sr_pack(
          type, buffer.start, matrix.columns, 0, rows.count,
          entry.packed + sr_packed_bytes(type, rows.lowerBound, matrix.columns))
      }
    }
    if let failure = failure.withLock({ $0 }) { throw failure }
  }

  private static func packedBytes(_ matrix: StoredMatrix) -> Int {
    packedBytes(matrix.type, rows: matrix.rows, columns: matrix.columns)
  }

  private static func packedBytes(_ type: TensorType, rows: Int, columns: Int) -> Int {
    let bytes = sr_packed_bytes(type.kernelType, rows, columns)
    return (bytes + alignment - 1) / alignment * alignment
  }
}
