import Foundation
import Traces

@testable import Backends
@testable import Hub
@testable import Serving

extension FuzzTarget {
  /// The stream of a model server: it has the same pieces however it is cut, and each is read as every
  /// kind of server would mean it. The first byte says how it is cut.
  static let events = FuzzTarget(
    "events",
    texts: [
      "\u{1}data: {\"choices\":[{\"text\":\"a\",\"finish_reason\":\"stop\",\"stop_reason\":null}]}\n\ndata: [DONE]\n\n",
      "\u{2}\u{FEFF}: c\r\ndata:{\"content\":\"a\",\"stop\":true,\"tokens_evaluated\":3}\r\rdata\n\n",
      "\u{3}{\"response\":\"a\",\"done\":false}\n{\"done\":true,\"eval_count\":2,\"done_reason\":\"length\"}\n",
      "\u{0}data: {\"error\":{\"message\":\"died\",\"code\":500}}\n\nevent: x\nid: 1\nretry: 5\ndata: 1\ndata: 2\n\n",
      "\u{4}data: {\"choices\":[{\"logprobs\":{\"tokens\":[\"a\"],\"token_logprobs\":[-1],\"top_logprobs\":[{\"b\":-2}]},\"token_ids\":[7]}],\"usage\":{\"prompt_tokens\":1}}\n\n",
    ]
  ) { text in
    let bytes = Array(text.utf8)
    let size = Int(bytes.first ?? 0) % 7 + 1
    let stream = Array(bytes.dropFirst())
    let parts = stride(from: 0, to: stream.count, by: size).map {
      stream[$0..<min($0 + size, stream.count)]
    }
    for framing in [EventReader.Framing.events, .lines, .whole] {
      let whole = pieces(of: [stream[...]], framing)
      precondition(whole == pieces(of: parts, framing), "a cut changes what a stream says")
      for piece in whole ?? [] {
        for kind in [ServerKind.llamaCpp, .vllm, .sglang, .ollama, .other] {
          _ = try? kind.piece(in: piece)
        }
      }
    }
  }

  /// The pieces of a stream that comes in `parts`; nil where one is too long.
  private static func pieces(
    of parts: [ArraySlice<UInt8>], _ framing: EventReader.Framing
  ) -> [Data]? {
    var reader = EventReader(framing, limit: 2_000)
    var pieces: [Data] = []
    do {
      for part in parts { pieces += try reader.append(part) }
      return pieces + (try reader.finish())
    } catch {
      return nil
    }
  }

  /// A hub's list of a repository's files: what it offers lies below the repository's folder.
  static let hub = FuzzTarget(
    "hub",
    texts: [
      "m-Q4_K_M.gguf", "a/m-Q8_0-00001-of-00002.gguf\",\"lfs\":{\"size\":1},\"x\":\"", "../m.gguf",
      "mxfp4_moe.GGUF",
    ].map { name in
      let sum = String(repeating: "0a", count: 32)
      let file = "{\"rfilename\":\"\(name)\",\"lfs\":{\"sha256\":\"\(sum)\",\"size\":5}}"
      return
        "{\"sha\":\"\(String(repeating: "0123456789", count: 4))\",\"siblings\":[\(file),\(file)]}"
    } + ["o/r:Q4_K_M", "o/r:a/b.gguf"]
  ) { text in
    if let reference = HubReference(text) {
      expectBelow(reference.name)
      if let choice = reference.choice { expectBelow(choice) }
    }
    guard let listing = try? HubListing(Data(text.utf8), of: "o/r") else { return }
    for choice in [nil, "Q4_K_M", text] { _ = try? listing.model(choice) }
    for file in listing.models.flatMap(\.files) { expectBelow(file.name) }
  }

  private static func expectBelow(_ path: String) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    precondition(!parts.contains { ["", ".", ".."].contains($0) }, "a name leads elsewhere")
  }

  /// The body of a request to `serve`.
  static let requests = FuzzTarget(
    "requests",
    texts: [
      #"{"messages":[{"role":"user","content":"x"}],"temperature":0.2,"seed":-1,"stop":["a"],"n":1}"#,
      #"{"model":"demo","stream":true,"stream_options":{"include_usage":true},"max_tokens":5,"#
        + #""messages":[{"role":"system","content":"s"},{"role":"user","content":[{"type":"text","text":"a"}]},"#
        + #"{"role":"assistant","content":"b","reasoning_content":"c"},{"role":"user","content":"d"}]}"#,
      #"{"messages":[{"role":"user","content":"x"}],"specreason":{"threshold":4.5,"mode":"reason","triggers":"x"}}"#,
    ]
  ) { text in
    do {
      let request = try ChatRequest(Array(text.utf8))
      _ = try request.options(over: RunOptions())
      let run = request.conversation.earlierEvents.reduce(into: RunState()) {
        $0.apply(Event(time: 2, kind: $1))
      }
      precondition(run.turns.count == request.conversation.turns.count)
    } catch {
      precondition(!"\(error)".isEmpty)
    }
  }
}
