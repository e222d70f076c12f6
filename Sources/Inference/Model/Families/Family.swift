/// What the models of one architecture have in common: which parts a layer has, and where.
///
/// A family is data. Parts are computed by `Transformer` and its helpers, which know no family by
/// name; a new family that combines known parts is one more value in `all`.
public struct Family: Sendable, Equatable {
  /// Its name in `general.architecture`.
  public let name: String

  /// The norms of a layer.
  var norms = LayerNorms()
  /// What queries and keys are normalised over.
  var headNorm = HeadNorm.none
  /// Whether queries, keys and values must have biases; in other families they may.
  var needsBiases = false
  /// Whether each query head has a sink: a score beside those of positions that adds no value.
  var hasSinks = false
  /// Whether the output of each query head is multiplied with the sigmoid of a gate, whose rows
  /// follow the head's own in the matrix of queries.
  var gatesAttention = false
  /// Whether keys and values of all heads come from one short vector of a position.
  var hasLatentAttention = false
  /// What is known of layers that have a gated delta net in place of attention; nil if there are
  /// none.
  var deltaNet: DeltaNetRules?

  /// Which values of a head are rotated together.
  var ropePairing = RopePairing.halves
  /// Which layers rotate queries and keys.
  var rotatedLayers = RotatedLayers.all
  /// Which layers see a window of positions, where the file gives its length.
  var windowLayers = WindowLayers.unknown
  /// The rotation of layers with a window, where it is not that of the others.
  var windowRope: WindowRope?
  /// Whether YaRN's bounds are rounded outwards to whole pairs.
  var roundsYaRN = true
  /// Whether files may tell which pairs turn with which axis of an image; in a text all are the
  /// position.
  var hasRopeSections = false

  /// What the feed-forward network applies to its gate.
  var activation = Activation.silu
  /// Whether one matrix has the rows of the gate, and then those of the other factor.
  var fusesGate = false
  /// What is known of its mixtures of experts; nil if it has none.
  var experts: ExpertRules?

  /// What embeddings, residuals and logits are multiplied with.
  var multipliers = Multipliers.none
  /// The one size, by its number of layers, whose attention scores are scaled by the embedding's
  /// share of a head, not by a head's width.
  var layersWithEmbeddingScale: Int?

  /// The families that can be computed.
  public static let all: [Family] = [
    llama, mistral3, qwen2, qwen2moe, qwen3, qwen3moe, qwen3next, qwen35, qwen35moe, gptOSS, gemma3,
    smollm3, phi3, granite, glm4, glm4moe, olmo2, seedOSS, exaone4, deepseek2,
  ]

  /// The family with this name in `general.architecture`.
  static func named(_ name: String) -> Family? { all.first { $0.name == name } }
}

/// The names of a layer's RMS norms in the file, without `.weight`; nil where there is none.
struct LayerNorms: Sendable, Equatable {
  /// Of the input of attention.
  var beforeAttention: String? = "attn_norm"
  /// Of the output of attention, before it is added to the residual stream.
  var afterAttention: String?
  /// Of the input of the feed-forward part.
  var beforeFeedForward: String? = "ffn_norm"
  /// Of the output of the feed-forward part, before it is added to the residual stream.
  var afterFeedForward: String?

  /// Before both parts and after both.
  static let aroundParts = LayerNorms(
    afterAttention: "post_attention_norm", afterFeedForward: "post_ffw_norm")
  /// Before both parts, the second named as the one after attention is elsewhere.
  static let afterAttentionNamed = LayerNorms(beforeFeedForward: "post_attention_norm")
  /// After both parts alone.
  static let afterParts = LayerNorms(
    beforeAttention: nil, afterAttention: "post_attention_norm", beforeFeedForward: nil,
    afterFeedForward: "post_ffw_norm")
}

/// What queries and keys are normalised over, before they are rotated.
enum HeadNorm: Sendable, Equatable {
  case none
  /// Each head by itself.
  case eachHead
  /// The same in the models whose files have these norms.
  case eachHeadWhereGiven
  /// All heads of a position together.
  case allHeads
}

/// Which two values of a head a rotary position embedding rotates together.
public enum RopePairing: Sendable {
  /// 2i and 2i + 1.
  case neighbours
  /// i and i + half the rotated width ("NEOX").
  case halves
}

/// Which layers of a model rotate queries and keys.
enum RotatedLayers: Sendable, Equatable {
  case all
  /// All but each `step`-th.
  case allBut(step: Int)
  /// Those with a window; all where there are none.
  case windowed
  /// All, unless the file says that rotation was not trained.
  case ifTrained
}

/// Which layers of a model see only a window of the positions before them.
enum WindowLayers: Sendable, Equatable {
  /// The files do not say it well: the context ends where windows would begin to count.
  case unknown
  case all
  /// All but each `step`-th, where the file has no pattern of its own.
  case allBut(step: Int)
}

/// The rotation of layers with a window, which is never stretched to longer contexts.
struct WindowRope: Sendable, Equatable {
  /// The base where the file gives none; nil for that of the other layers.
  var base: Double?
}

/// What a feed-forward network applies to its gate.
enum Activation: Sendable, Equatable {
  /// x · sigmoid(x)
  case silu
  /// x · Φ(x), with the tangent's approximation of Φ.
  case gelu
  /// x · sigmoid(1.702 x), with x at most 7; the other factor is within 7 of 0, and 1 is added to it
  /// (gpt-oss).
  case clampedSwish
}

/// What embeddings, residuals and logits are multiplied with.
enum Multipliers: Sendable, Equatable {
  case none
  /// Embeddings with the square root of their width.
  case rootOfWidth
  /// Each with its own number in the file.
  case ofFile

  /// The keys of these numbers.
  static let names = ["embedding_scale", "residual_scale", "logit_scale"]
}

/// What the files of a family leave unsaid about its mixtures of experts.
struct ExpertRules: Sendable, Equatable {
  /// Whether a model of the family may do without.
  var isOptional = false
  /// How scores become probabilities where the file says nothing.
  var gating = ExpertConfiguration.Gating.softmax
  /// Whether the weights of the chosen experts add up to 1 where the file says nothing.
  var normalisesWeights = true
  /// The expert that computes every token.
  var sharedExpert = SharedExpert.none
  /// Whether `feed_forward_length` is that of one expert, not of all that compute a token.
  var lengthIsOfOne = false
}

/// The expert that computes every token.
enum SharedExpert: Sendable, Equatable {
  case none
  /// Weighted by the sigmoid of a gate of its own.
  case gated
  /// Added as it is, and as wide as a number of the others.
  case plain
}

/// What the files of a family leave unsaid about its gated delta nets.
struct DeltaNetRules: Sendable, Equatable {
  /// How value heads share key heads.
  var sharing: DeltaNetConfiguration.Sharing
  /// Whether one matrix has the rows of rates and decays, by key head.
  var fusesRates = false
}
