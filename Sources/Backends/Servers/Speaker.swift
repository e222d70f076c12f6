import Foundation
import Reasoning
import Synchronization
import Traces

/// Has one model of a server continue texts.
struct Speaker: Sendable {
  let link: ServerLink
  let kind: ServerKind
  /// The model's name at the server.
  let model: String
  /// The server refuses fields that it does not know.
  var isStrict = false
  /// Tokens of context; nil where untold.
  var context: Int?
  /// Whether prompts have the token that begins a text, where the model wants one.
  var promptsHaveBeginning = true
  /// Tokens of the marks around a reasoning, which are looked for in the text.
  var shownTokens: [String] = []

  /// What came of a completion.
  struct Outcome: Sendable, Equatable {
    /// The text as it came, without the stop text that ended it.
    var text = ""
    /// The tokens that were told.
    var tokens: [CompletionPiece.Token] = []
    /// Tokens generated, as far as they could be counted.
    var count = 0
    /// Why it ended; nil where it was hung up.
    var end: CompletionPiece.End?
    /// What it cost.
    var usage = CompletionPiece.Usage()
    /// Seconds until the first token came, and until the last did.
    var firstToken = 0.0
    var lastToken = 0.0

    /// Seconds of each token after the first; nil where there is none.
    var secondsPerToken: Double? {
      count > 1 && lastToken > firstToken ? (lastToken - firstToken) / Double(count - 1) : nil
    }
  }

  /// Continues the prompt of `completion`.
  ///
  /// - Parameters:
  ///   - onProgress: Gets the share of a long prompt that has been read, where the server tells it.
  ///   - onPiece: Gets each piece as it comes, and says whether more is wanted.
  /// - Throws: ``ServerError``; `ReasoningError` where the context is too short for the prompt.
  func write(
    _ completion: Completion, onProgress: (@Sendable (Int, Int) -> Void)? = nil,
    onPiece: @escaping @Sendable (CompletionPiece) -> Bool = { _ in true }
  ) async throws -> Outcome {
    let clock = ContinuousClock()
    let begun = clock.now
    let outcome = Mutex(Outcome())
    var completion = completion
    completion.hasBeginning = promptsHaveBeginning
    completion.shownTokens = shownTokens
    let tokenLimit = 2 * completion.maxTokens + 16
    do {
      try await link.stream(
        kind.path, kind.body(completion, model: model, isStrict: isStrict), framing: kind.framing
      ) { data in
        let piece: CompletionPiece
        // Half a character becomes a mark; the rest of the text is kept.
        let text = Data(String(decoding: data, as: UTF8.self).utf8)
        do { piece = try kind.piece(in: text) } catch {
          throw link.error(.unintelligible("a piece of text that cannot be read"))
        }
        if let progress = piece.progress {
          onProgress?(progress.done, progress.all)
          return .wait
        }
        let seconds = (clock.now - begun) / .seconds(1)
        let (wasOver, state) = outcome.withLock { outcome in
          let hadEnded = outcome.end != nil
          outcome.add(piece, at: seconds)
          return (hadEnded, (count: outcome.count, hasEnded: outcome.end != nil))
        }
        // After the end of a text only its cost counts.
        if wasOver { return .end }
        guard onPiece(piece), state.count <= tokenLimit else { return .hangUp }
        return state.hasEnded ? .end : .goOn
      }
    } catch let error as ServerError where error.saysContextIsFull {
      throw ReasoningError(.contextFull(limit: context ?? 0))
    }
    return outcome.withLock { $0 }
  }
}

extension Speaker.Outcome {
  fileprivate mutating func add(_ piece: CompletionPiece, at seconds: Double) {
    add(piece.usage)
    guard end == nil else { return }
    text += piece.text
    tokens += piece.tokens
    if !piece.text.isEmpty || !piece.tokens.isEmpty {
      if count == 0 { firstToken = seconds }
      lastToken = seconds
      count += max(1, piece.tokens.count)
    }
    end = piece.end
    if firstToken == 0, end != nil { (firstToken, lastToken) = (seconds, seconds) }
  }

  private mutating func add(_ more: CompletionPiece.Usage?) {
    guard let more else { return }
    usage.promptTokens = more.promptTokens ?? usage.promptTokens
    usage.cachedTokens = more.cachedTokens ?? usage.cachedTokens
    usage.tokens = more.tokens ?? usage.tokens
    usage.speculation = more.speculation ?? usage.speculation
  }
}

extension ServerError {
  /// The server refused a prompt because it has no room for it; every server says it differently.
  var saysContextIsFull: Bool {
    guard case .refused(let status, let words) = reason, status == 400 || status == 413 else {
      return false
    }
    let lower = words.lowercased()
    let isAboutContext = lower.contains("context") || lower.contains("token count")
    return isAboutContext
      && ["exceed", "maximum", "longer", "too long", "larger", "available"].contains {
        lower.contains($0)
      }
  }
}
