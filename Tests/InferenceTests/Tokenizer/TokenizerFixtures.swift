import Foundation
import Inference

/// Reference values that `Fixtures/tokenizer/make_fixtures.py` wrote.
enum TokenizerFixtures {
  /// The demo pair's vocabulary.
  struct StoredVocabulary: Decodable {
    var preTokenizer: String
    var tokens: [String]
    var kinds: [Int]
    var merges: [String]
    var beginOfText: Int?
    var endOfText: Int
    var chatTemplate: String
  }

  /// How the random texts are made, and what the reference gives for them.
  struct RandomTexts: Decodable {
    struct Example: Decodable {
      var text: String
      var ids: [Token]
      /// The ids where special tokens are parsed.
      var special: [Token]
    }

    var categories: [String: [UInt32]]
    var fragments: [String]
    var words: [String]
    var idsBlock: Int
    /// Hashes of the ids of `idsBlock` texts each.
    var ids: [String]
    var wordsBlock: Int
    /// By pre-tokenizer: hashes of the words' lengths of `wordsBlock` texts each.
    var cuts: [String: [String]]
    var full: [Example]

    /// The texts themselves, as `random_text` of the script makes them.
    func texts() -> [String] {
      let pools = categories.sorted { $0.key < $1.key }.map(\.value)
      return (0..<ids.count * idsBlock).map { seed in
        var numbers = SplitMix64(seed: UInt64(seed))
        var text = ""
        for _ in 0..<numbers.next(14) {
          switch numbers.next(8) {
          case 0..<4:
            let pool = pools[numbers.next(pools.count)]
            for _ in 0..<1 + numbers.next(3) {
              if let scalar = Unicode.Scalar(pool[numbers.next(pool.count)]) {
                text.unicodeScalars.append(scalar)
              }
            }
          case 4..<6: text += fragments[numbers.next(fragments.count)]
          default: text += words[numbers.next(words.count)]
          }
        }
        return text
      }
    }
  }

  /// A vocabulary that `sentencepiece` trained, and what it gives for the random texts.
  struct SentencePiece: Decodable {
    var addsSpacePrefix: Bool
    var tokens: [String]
    var scores: [Double]
    var kinds: [Int]
    var block: Int
    /// Hashes of the ids of `block` texts each.
    var ids: [String]
  }

  /// Ranges of code points, as first, last, first, last, ….
  struct Classes: Decodable {
    var upper: [UInt32]
    var lower: [UInt32]
    var uncased: [UInt32]
    var mark: [UInt32]
    var number: [UInt32]
    var punctuation: [UInt32]
    var symbol: [UInt32]
    var space: [UInt32]
    var unassigned: [UInt32]
  }

  /// Chats, and their renderings by each template.
  struct Chats: Decodable {
    struct Template: Decodable {
      var name: String
      /// Nil for one that is only in `file`, outside the repository.
      var template: String?
      var file: String?
      var beginOfText: String
      var rendered: [String]
    }

    /// One construct of Jinja, and what it gives with the last chat.
    struct Snippet: Decodable {
      var template: String
      var rendered: String
    }

    var chats: [[[String]]]
    var templates: [Template]
    var snippets: [Snippet]
  }

  static func load<T: Decodable>(_ type: T.Type, _ name: String) throws -> T {
    let file = Bundle.module.bundleURL.appending(path: "Fixtures/tokenizer/\(name).json")
    return try JSONDecoder().decode(type, from: Data(contentsOf: file))
  }

  /// The demo pair's vocabulary.
  static func demoVocabulary() throws -> Vocabulary {
    let stored = try load(StoredVocabulary.self, "vocabulary")
    var vocabulary = Vocabulary(
      preTokenizer: stored.preTokenizer, tokens: stored.tokens, merges: stored.merges)
    vocabulary.kinds = stored.kinds
    vocabulary.beginOfText = stored.beginOfText
    vocabulary.endOfText = stored.endOfText
    vocabulary.addsBeginOfText = false
    vocabulary.chatTemplate = stored.chatTemplate
    return vocabulary
  }

  /// A folder of published data that stands beside the package on some machines.
  static func sharedData(_ path: String) -> URL {
    URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../../../../shared/data/\(path)").standardizedFileURL
  }

  /// Whether `path` is there.
  static func hasSharedData(_ path: String) -> Bool {
    FileManager.default.fileExists(atPath: sharedData(path).path)
  }
}

extension SplitMix64 {
  /// A number from 0 to below `bound`, as the script draws it.
  mutating func next(_ bound: Int) -> Int { Int(next() % UInt64(bound)) }
}

/// The 64-bit FNV-1a hash of lines of numbers, in hexadecimal.
func fnvHash(of lines: some Sequence<[Int]>) -> String {
  var hash: UInt64 = 0xCBF2_9CE4_8422_2325
  for line in lines {
    for byte in (line.map(String.init).joined(separator: ",") + "\n").utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3
    }
  }
  let digits = String(hash, radix: 16)
  return String(repeating: "0", count: 16 - digits.count) + digits
}
