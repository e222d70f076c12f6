import CKernels

/// A weight matrix in the form that products read, shape (rows, columns).
struct Matrix {
  let type: TensorType
  /// What `sr_pack` made. Valid while the `Weights` that own it live.
  let packed: UnsafeRawPointer
  let rows: Int
  let columns: Int

  /// The form of activations that products with it take.
  var activationForm: ActivationForm { ActivationForm(type) }

  /// Bytes that a product reads.
  var byteCount: Int { sr_packed_bytes(type.kernelType, rows, columns) }

  /// Rows that are packed together: products are split at multiples of it.
  static let panelRows = Int(SR_PANEL_ROWS)
}
