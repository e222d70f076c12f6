import ArgumentParser
import Backends
import DemoPair
import Foundation
import Inference
import Reasoning
import Traces

/// Which two models, and how much of the machine they get.
struct PairOptions: ParsableArguments {
  @Option(
    name: .customLong("base"),
    help: "Base model: a GGUF file, a server's address, or demo. [default: demo]")
  private var givenBase: String?

  @Option(
    help:
      "Draft model: a GGUF file, a server's address, or demo. [default: demo with the demo base]")
  var draft: String?

  @Option(help: ChatTemplateArgument.help("Chat template of the models"))
  var chatTemplate: String?

  @Option(help: ChatTemplateArgument.help("Chat template of the draft model, where it is another"))
  var draftChatTemplate: String?

  @Option(help: "Tokens of context. [default: the model's own, at most 16384]")
  var context: Int?

  @OptionGroup
  var engineOptions: EngineOptions

  /// Whether keys go to the servers: not where a recorded run alone names them.
  private(set) var sendsKeys = true

  func validate() throws {
    if let context, !(64...(1 << 20)).contains(context) {
      throw ValidationError("--context must be between 64 and 1048576, not \(context).")
    }
  }

  /// The base model: a GGUF file, a server's address, or demo.
  var base: String {
    get { givenBase ?? "demo" }
    set { givenBase = newValue }
  }

  /// The demo pair answers, so its limits are worth a word.
  var isDemo: Bool { base == "demo" }

  /// These options with the models of a run that was saved as `name`, where none were typed.
  ///
  /// - Parameter setByFile: Names of the options that the configuration file set.
  func recorded(
    in run: RunStarted, _ name: String, setByFile: Set<String>
  ) throws -> PairOptions {
    let isBaseTyped = givenBase != nil && !setByFile.contains("base")
    let isDraftTyped = draft != nil && !setByFile.contains("draft")
    if isBaseTyped || isDraftTyped { return self }
    var pair = self
    let demo = try? DemoPair.locate()
    func argument(_ model: ModelDescription, demo: URL?) throws -> String {
      if ServerAddress.isMeant(by: model.source) { return model.source }
      let file = URL(filePath: model.source)
      // The program may have moved since, and its demo pair with it.
      if let demo, demo.lastPathComponent == file.lastPathComponent { return "demo" }
      guard FileManager.default.fileExists(atPath: model.source) else {
        throw ValidationError(
          "The run's model \(model.name) is not at \(model.source) any more: give the models by "
            + "--base and --draft, or watch the run by `specreason replay \(name)`.")
      }
      return model.source
    }
    pair.base = try argument(run.base, demo: demo?.base)
    pair.draft = try run.draft.map { try argument($0, demo: demo?.draft) }
    pair.sendsKeys = pair.namesServers(like: self)
    return pair
  }

  /// Whether `other` names the same servers, as far as it names any.
  private func namesServers(like other: PairOptions) -> Bool {
    func root(_ model: String?) -> URL? { model.flatMap { try? ServerAddress($0) }?.root }
    return root(base) == root(other.base) && root(draft) == root(other.draft)
  }

  /// What a person should know before `options` are used with these models.
  func advice(on options: RunOptions) -> String? {
    isDemo && options.systemPrompt != nil
      ? "The demo pair was trained without a system prompt and may solve less with one." : nil
  }

  /// Changes `options` of a new run to what suits models behind servers, as far as `flags` do not ask
  /// for something else: tokens are not checked across servers, and where the models are apart the
  /// next step is drafted while one is judged.
  func adapt(_ options: inout RunOptions, to files: LocalEngine.Files, unless flags: ReasoningFlags)
  {
    guard files.haveServer else { return }
    if !flags.gives("mode"), options.mode == .reasonDecode { options.mode = .reason }
    if !flags.gives("ahead"), files.areApart { options.draftsAhead = true }
  }

  /// The files and addresses meant, demo files found beside the program.
  func files() throws -> LocalEngine.Files {
    let demo = base == "demo" || draft == "demo" ? try DemoPair.locate() : nil
    let basePath = base == "demo" ? demo?.base.path : base
    let draftPath: String? =
      switch draft {
      case "demo": demo?.draft.path
      case .some(let path): path
      case nil: base == "demo" ? demo?.draft.path : nil
      }
    var files = LocalEngine.Files(base: basePath ?? base, draft: draftPath)
    files.sendsKeys = sendsKeys
    files.baseTemplate = try chatTemplate.map(ChatTemplateArgument.source)
    files.draftTemplate =
      try draftChatTemplate.map(ChatTemplateArgument.source) ?? files.baseTemplate
    return files
  }

  /// An engine for `files`; it loads them, or asks their servers, when it is first asked.
  ///
  /// - Parameter onProgress: Gets how far work has come that takes long, and nil when it is over.
  /// - Throws: `ServerError` for an address or a key that cannot be used.
  func engine(
    _ files: LocalEngine.Files, onProgress: (@Sendable (EngineProgress?) -> Void)? = nil
  ) throws -> any PairEngine {
    guard files.haveServer else { return localEngine(files, onProgress: onProgress) }
    return try ServerPair(files, onProgress: onProgress) { file, role in
      localEngine(file, as: role, onProgress: onProgress)
    }
  }

  private func localEngine(
    _ files: LocalEngine.Files, as role: Role = .base,
    onProgress: (@Sendable (EngineProgress?) -> Void)?
  ) -> LocalEngine {
    LocalEngine(
      files: files, soleRole: role, contextLength: context, cacheFormat: engineOptions.cacheFormat,
      threads: engineOptions.compute.threads,
      specialty: isDemo
        ? "The demo pair only solves problems like its examples; "
          + "load your own models with --base and --draft."
        : nil,
      onProgress: onProgress)
  }
}
