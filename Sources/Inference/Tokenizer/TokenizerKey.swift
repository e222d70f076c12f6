/// Keys of the tokenizer in a GGUF file's metadata.
enum TokenizerKey {
  static let model = "tokenizer.ggml.model"
  static let preTokenizer = "tokenizer.ggml.pre"
  static let tokens = "tokenizer.ggml.tokens"
  static let scores = "tokenizer.ggml.scores"
  static let kinds = "tokenizer.ggml.token_type"
  static let merges = "tokenizer.ggml.merges"
  static let unknown = "tokenizer.ggml.unknown_token_id"
  static let beginOfText = "tokenizer.ggml.bos_token_id"
  static let endOfText = "tokenizer.ggml.eos_token_id"
  static let endOfTurn = "tokenizer.ggml.eot_token_id"
  static let addsBeginOfText = "tokenizer.ggml.add_bos_token"
  static let addsSpacePrefix = "tokenizer.ggml.add_space_prefix"
  static let chatTemplate = "tokenizer.chat_template"
}
