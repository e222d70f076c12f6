/// Chat templates for models whose files have none, by the names that a person can choose.
public enum BuiltInTemplate: String, CaseIterable, Sendable {
  case chatML = "chatml"
  case llama2, llama3, deepseek
  /// For models without turns.
  case plain

  /// The one whose words are special tokens of `tokenizer`.
  static func fitting(_ tokenizer: Tokenizer) -> BuiltInTemplate {
    let words: [(String, BuiltInTemplate)] = [
      ("<|im_start|>", .chatML), ("<|start_header_id|>", .llama3), ("<｜User｜>", .deepseek),
      ("[INST]", .llama2),
    ]
    return words.first { tokenizer.specialToken($0.0) != nil }?.1 ?? .plain
  }

  /// The template, in Jinja.
  public var source: String {
    switch self {
    case .chatML:
      """
      {% for message in messages %}
      {{ '<|im_start|>' + message.role + '\\n' + message.content + '<|im_end|>\\n' }}
      {%- endfor %}
      {{- '<|im_start|>assistant\\n' }}
      """
    case .llama2:
      """
      {% if messages[0].role == 'system' %}
      {% set system = '<<SYS>>\\n' + messages[0].content + '\\n<</SYS>>\\n\\n' %}
      {% set messages = messages[1:] %}
      {% endif %}
      {% for message in messages %}
      {% if message.role == 'user' %}
      {{- bos_token ~ '[INST] ' ~ (system if loop.first) ~ message.content ~ ' [/INST]' }}
      {%- else %}
      {{- ' ' + message.content + ' ' + eos_token }}
      {%- endif %}
      {% endfor %}
      """
    case .llama3:
      """
      {% for message in messages %}
      {{ '<|start_header_id|>' + message.role + '<|end_header_id|>\\n\\n' }}
      {{- message.content | trim + '<|eot_id|>' }}
      {%- endfor %}
      {{- '<|start_header_id|>assistant<|end_header_id|>\\n\\n' }}
      """
    case .deepseek:
      """
      {% for message in messages %}
      {% if message.role == 'system' %}{{ message.content }}
      {%- elif message.role == 'user' %}{{ '<｜User｜>' + message.content }}
      {%- else %}{{ '<｜Assistant｜>' + message.content.split('</think>')[-1] }}
      {{- '<｜end▁of▁sentence｜>' }}
      {%- endif %}
      {% endfor %}
      {{- '<｜Assistant｜>' }}
      """
    case .plain:
      """
      {% for message in messages %}
      {% if message.role == 'user' %}{{ 'User: ' }}
      {%- elif message.role == 'assistant' %}{{ 'Assistant: ' }}
      {%- endif %}
      {{- message.content + '\\n\\n' }}
      {%- endfor %}
      {{- 'Assistant: ' }}
      """
    }
  }
}
