import Backends
import Foundation
import Inference
import Reports
import Traces

/// A model that can be computed here, and what pairs of such depend on.
struct PairableModel: Sendable {
  /// The model.
  let found: FoundModel
  /// Bytes that it takes with the context that runs have by default.
  let memory: Int
  /// Bytes of weights that decoding reads for a token.
  let bytesPerToken: Int
  /// A hash of each token's bytes; 0 for control tokens, which may differ.
  private let tokens: [Int]

  /// Reads the header of the model's file; nil where it cannot be used.
  init?(_ found: FoundModel) {
    guard found.problem == nil, let memory = found.memory else { return nil }
    self.memory = memory
    do {
      let file = try GGUFFile(path: found.path)
      bytesPerToken = try Model.bytesPerToken(of: file)
      let tokenizer = try Tokenizer(file)
      tokens = (0..<tokenizer.count).map { number in
        let token = Token(number)
        return tokenizer.isControl(token) ? 0 : tokenizer.piece(of: token).hashValue | 1
      }
    } catch {
      return nil
    }
    self.found = found
  }

  /// Whether both read and write the same tokens, so that token-level speculation works as well.
  func hasVocabulary(of other: PairableModel) -> Bool {
    zip(tokens, other.tokens).allSatisfy { $0 == $1 || $0 == 0 || $1 == 0 }
  }
}

/// A base and a draft model that suit each other by what their files say.
struct ProposedPair: Encodable, Sendable {
  /// Their names.
  var base: String
  var draft: String
  /// Their files.
  var baseFile: String
  var draftFile: String
  /// The draft model's time for a token as a share of the base model's, reckoned from the bytes of
  /// weights that both read.
  var draftCost: Double
  /// Bytes that both take together.
  var memory: Int
  /// Whether the machine has so many free; nil where that is not known.
  var fits: Bool?
  /// What a calibration of the two found; nil without one.
  var calibrated: String?

  /// A draft model that costs more than this share gains next to nothing.
  private static let mostCost = 0.5

  /// The pairs among `models`: those that fit first, then by the size of the base model, largest
  /// first, then by the cost of the draft.
  static func proposals(_ models: [PairableModel], room: Int?) -> [ProposedPair] {
    models.flatMap { base in
      models.compactMap { draft -> ProposedPair? in
        let cost = Double(draft.bytesPerToken) / Double(max(1, base.bytesPerToken))
        guard cost <= mostCost, draft.hasVocabulary(of: base) else { return nil }
        let memory = base.memory + draft.memory
        let files = LocalEngine.Files(base: base.found.path, draft: draft.found.path)
        let calibration = try? CalibrationShelf().calibration(of: files)
        return ProposedPair(
          base: base.found.name, draft: draft.found.name, baseFile: base.found.path,
          draftFile: draft.found.path, draftCost: cost, memory: memory,
          fits: room.map { memory <= $0 }, calibrated: calibration?.summary)
      }
    }.sorted { one, other in
      let keys = [one, other].map { ($0.fits == false ? 1 : 0, -$0.memory, $0.draftCost) }
      return keys[0] < keys[1]
    }
  }
}
