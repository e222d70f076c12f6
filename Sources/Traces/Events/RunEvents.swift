/// One model of a pair as the trace names it.
public struct ModelDescription: Codable, Sendable, Equatable {
  /// The model's own name.
  public var name: String
  /// Where it came from: a file path or a URL.
  public var source: String
  /// Weight type, such as `Q8_0`; nil where unknown.
  public var quantization: String?
  /// Number of weights; nil where unknown.
  public var parameters: Int?

  /// A model named `name` from `source`.
  public init(name: String, source: String, quantization: String? = nil, parameters: Int? = nil) {
    self.name = name
    self.source = source
    self.quantization = quantization
    self.parameters = parameters
  }
}

/// `run.started`: what was asked for, and on what machine.
public struct RunStarted: Sendable, Equatable {
  /// Version of the trace format; rises when the meaning of a field changes.
  public static let currentSchema = 1

  /// The trace format that this run was written in.
  public var schema: Int = currentSchema
  /// Version of the program.
  public var version: String
  /// The base model.
  public var base: ModelDescription
  /// The draft model; nil when the base model works alone.
  public var draft: ModelDescription?
  /// What the run was asked for when it began.
  public var options: RunOptions
  /// Processor, threads, instruction set; for people, not for programs.
  public var machine: String
  /// Seconds the base model takes for one token, measured at the start of this run.
  public var baseSecondsPerToken: Double?
  /// Passes that were measured at the start of this run; nil where none were.
  public var passes: [PassGroup]?
  /// Tokens of context that both models have room for; nil where unknown.
  public var context: Int?
  /// Tokens of context that the base model has room for, where the draft model has less; nil for no.
  public var baseContext: Int?

  /// A run by the models `base` and `draft`.
  public init(
    version: String, base: ModelDescription, draft: ModelDescription?, options: RunOptions,
    machine: String, baseSecondsPerToken: Double?, context: Int? = nil, baseContext: Int? = nil
  ) {
    self.baseContext = baseContext
    self.version = version
    self.base = base
    self.draft = draft
    self.options = options
    self.machine = machine
    self.baseSecondsPerToken = baseSecondsPerToken
    self.context = context
  }
}

/// In a trace, options stand beside the other fields, where ``RunOption/traceKeys`` says; an option
/// that is off has no field.
extension RunStarted: Codable {
  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init(stringValue: String) { self.init(stringValue) }
    init?(intValue: Int) { nil }
  }

  /// Reads `run.started`, also of earlier versions.
  public init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func field<Value: Decodable>(_ name: String) throws -> Value {
      try fields.decode(Value.self, forKey: Key(name))
    }
    func optionalField<Value: Decodable>(_ name: String) throws -> Value? {
      try fields.decodeIfPresent(Value.self, forKey: Key(name))
    }
    self.init(
      version: try field("version"), base: try field("base"), draft: try optionalField("draft"),
      options: try Self.options(in: fields), machine: try field("machine"),
      baseSecondsPerToken: try optionalField("baseSecondsPerToken"),
      context: try optionalField("context"), baseContext: try optionalField("baseContext"))
    schema = try field("schema")
    passes = try optionalField("passes")
  }

  /// Earlier versions recorded fewer options: those that are missing had their defaults.
  private static func options(in fields: KeyedDecodingContainer<Key>) throws -> RunOptions {
    var options = RunOptions()
    for option in RunOption.all {
      var container = fields
      for key in option.traceKeys.dropLast().map({ Key($0) }) where container.contains(key) {
        container = try container.nestedContainer(keyedBy: Key.self, forKey: key)
      }
      guard let key = option.traceKeys.last.map({ Key($0) }),
        let value = try container.decodeIfPresent(OptionValue.self, forKey: key)
      else { continue }
      guard option.set(value, in: &options) else {
        throw DecodingError.dataCorruptedError(
          forKey: key, in: container, debugDescription: "not \(option.allowed)")
      }
    }
    return options
  }

  /// Writes every option that has a value.
  public func encode(to encoder: any Encoder) throws {
    var fields = encoder.container(keyedBy: Key.self)
    try fields.encode(schema, forKey: Key("schema"))
    try fields.encode(version, forKey: Key("version"))
    try fields.encode(base, forKey: Key("base"))
    try fields.encodeIfPresent(draft, forKey: Key("draft"))
    try fields.encode(machine, forKey: Key("machine"))
    try fields.encodeIfPresent(baseSecondsPerToken, forKey: Key("baseSecondsPerToken"))
    try fields.encodeIfPresent(passes, forKey: Key("passes"))
    try fields.encodeIfPresent(context, forKey: Key("context"))
    try fields.encodeIfPresent(baseContext, forKey: Key("baseContext"))
    for option in RunOption.all where option.isRecorded(options) {
      let value = option.value(in: options)
      guard value != .off, let last = option.traceKeys.last else { continue }
      var container = fields
      for key in option.traceKeys.dropLast() {
        container = container.nestedContainer(keyedBy: Key.self, forKey: Key(key))
      }
      try container.encode(value, forKey: Key(last))
    }
  }
}
