/// The rows of a batch that belong to one text, in consecutive positions.
struct TextRows {
  /// The text's keys and values.
  let cache: KVCache
  /// What recurrent layers hold of the text; nil if the model has none.
  var state: RecurrentState?
  /// The rows of the batch.
  let rows: Range<Int>
  /// The position of the first row in the text.
  let position: Int

  /// The position of `row` in the text.
  func position(of row: Int) -> Int { position + row - rows.lowerBound }
}
