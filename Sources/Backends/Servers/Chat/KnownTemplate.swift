import Inference

extension BuiltInTemplate {
  /// The template of models that are called `name`; nil where the name does not tell.
  static func named(like name: String) -> BuiltInTemplate? {
    let name = name.lowercased()
    let families: [(words: [String], template: BuiltInTemplate)] = [
      (["deepseek-r1", "r1-distill"], .deepseek),
      (["llama-3", "llama3", "llama-4"], .llama3),
      (["llama-2", "llama2"], .llama2),
      (["qwen", "qwq", "smollm", "demo-base", "demo-draft"], .chatML),
    ]
    return families.first { $0.words.contains { name.contains($0) } }?.template
  }

  /// The template whose words stand in `text`, which is a template in another language than Jinja;
  /// nil for none.
  static func withWords(in text: String) -> BuiltInTemplate? {
    let words: [(String, BuiltInTemplate)] = [
      ("<|im_start|>", .chatML), ("<|start_header_id|>", .llama3), ("<｜User｜>", .deepseek),
      ("[INST]", .llama2),
    ]
    return words.first { text.contains($0.0) }?.1
  }
}
