import Testing

@testable import Inference

struct TemplateRendererTests {
  @Test func `every construct gives what Jinja gives`() throws {
    let fixture = try TokenizerFixtures.load(TokenizerFixtures.Chats.self, "chat")
    let variables = variables(chat: try #require(fixture.chats.last))
    #expect(fixture.snippets.count > 40)
    for snippet in fixture.snippets {
      #expect(throws: Never.self, "\(snippet.template)") {
        let rendered = try render(snippet.template, variables)
        #expect(rendered.string == snippet.rendered, "\(snippet.template)")
      }
    }
  }

  @Test(arguments: [
    "{% set ns = namespace(x='ab') %}{% for i in range(99) %}{% set ns.x = ns.x + ns.x %}{% endfor %}",
    "{% for i in range(100000) %}{% for j in range(100000) %}{% endfor %}{% endfor %}",
    "{% macro f() %}{{ f() }}{% endmacro %}{{ f() }}", "{{ 'x' * 99999999999 }}",
    "{{ range(999999999) }}", "{{ 'aaaa'.replace('a', 'b' * 9999999) }}", "{{ range(-5, 3, 0) }}",
    "{{ 9223372036854775807 + 1 }}", "{{ -9223372036854775807 - 2 }}", "{{ 1 // 0 }}",
    "{{ 1 % 0 }}",
    "{{ 1 / 0 }}", "{{ (0 - 9223372036854775807 - 1) // -1 }}", "{{ 'a'.split('') }}",
    "{{ 'a'[::0] }}", "{{ 99999999999999999999 }}", "{{ 6 is divisibleby 0 }}",
    "{{ (0 - 9223372036854775807 - 1) | abs }}", "{{ range(0 - 9223372036854775807 - 1) }}",
    "{% set ns = namespace(x=1) %}{% for i in range(30) %}{% set ns.x = [ns.x, ns.x] %}{% endfor %}",
    "{% set ns = namespace(x=1) %}{% for i in range(90000) %}{% set ns.x = [ns.x] %}{% endfor %}",
    "{% set ns = namespace(x=1) %}{% for i in range(90000) %}{% set ns.x = {'a': ns.x}.items() %}{% endfor %}",
    "{% set ns = namespace() %}{% for i in range(90000) %}{% set ns = namespace(x=ns) %}{% set ns.ns = ns %}{{ ns }}{% endfor %}",
    "{% set ns = namespace(x=1) %}{% for i in range(90000) %}{% for j in [ns.x] %}{% set ns.x = loop %}{% endfor %}{% endfor %}",
  ])
  func `what would take for ever or overflow is refused`(source: String) {
    #expect(throws: TemplateError.self) { try render(source, [:]) }
  }

  @Test(arguments: ["(", "[", "{", "not ", "-", "a|b", "a.b", "f(", "{% if a %}", "1+"])
  func `a template nested without end is refused`(piece: String) {
    let count = 100_000
    let body = String(repeating: piece, count: count)
    for source in [
      body, "{{ " + body, "{{ " + body + "1" + String(repeating: ")", count: count) + " }}",
    ] {
      _ = try? render(source, [:])
    }
    #expect(throws: TemplateError.self) {
      try render(
        "{{ " + String(repeating: "(", count: 61) + "1" + String(repeating: ")", count: 61) + "}}",
        [:])
    }
  }

  @Test func `no mixture of Jinja's words traps`() throws {
    let fixture = try TokenizerFixtures.load(TokenizerFixtures.Chats.self, "chat")
    let variables = variables(chat: try #require(fixture.chats.last))
    let words = [
      "{{", "}}", "{%", "%}", "{#", "#}", "-", "+", " if ", " for ", " in ", " set ", " endif ",
      " endfor ",
      " else ", "messages", "m", "|", ".", "[", "]", "(", ")", ":", ",", "'", "\"", "\\", "\n", "1",
      "-1",
      "9223372036854775807", "content", "role", "split", "trim", "length", " is ", " defined ", "{",
      "}",
      " raw ", " endraw ", "range", "tojson", "~", "*", "//", "%", "==", "é", "macro f()",
      " endmacro ",
    ]
    var numbers = SplitMix64(seed: 5)
    for _ in 0..<8_000 {
      var source = ["{{", "{%", "{{ messages[", "{% for m in messages %}{{ m."][numbers.next(4)]
      for _ in 0..<numbers.next(24) { source += words[numbers.next(words.count)] }
      if numbers.next(2) == 0 {
        source += ["}}", "%}", " %}{% endfor %}", " }}{% endfor %}"][numbers.next(4)]
      }
      _ = try? render(source, variables)
    }
    for snippet in fixture.snippets {
      for _ in 0..<40 {
        var scalars = Array(snippet.template.unicodeScalars)
        if scalars.isEmpty { continue }
        switch numbers.next(3) {
        case 0: scalars.remove(at: numbers.next(scalars.count))
        case 1: scalars.swapAt(numbers.next(scalars.count), numbers.next(scalars.count))
        default: scalars = Array(scalars.prefix(numbers.next(scalars.count)))
        }
        _ = try? render(String(String.UnicodeScalarView(scalars)), variables)
      }
    }
  }

  @Test func `a part is found where a plain search finds it`() {
    var numbers = SplitMix64(seed: 9)
    func random(_ count: Int) -> TemplateText {
      TemplateText(
        String((0..<count).map { _ in numbers.next(3) > 0 ? "a" : "b" }), isControl: true)
    }
    for _ in 0..<2_000 {
      let (text, part) = (random(numbers.next(40)), random(1 + numbers.next(5)))
      let start = numbers.next(4)
      let expected = (0..<max(0, text.count - part.count + 1)).first { place in
        place >= start
          && String(text.string.dropFirst(place).prefix(part.count)) == part.string
      }
      #expect(text.firstIndex(of: part, from: start) == expected)
    }
  }

  @Test func `an error names the line`() {
    #expect(throws: TemplateError(line: 3, reason: .unsupported("frobnicate"))) {
      try render("a\n{% if true %}\n{{ 1 | frobnicate }}{% endif %}", [:])
    }
    #expect(throws: TemplateError(line: 2, reason: .syntax(")"))) { try render("\n{{ 1) }}", [:]) }
    #expect(throws: TemplateError(line: 1, reason: .unsupported("include"))) {
      try render("{% include 'x' %}", [:])
    }
  }

  private func variables(chat: [[String]]) -> [String: TemplateValue] {
    [
      "messages": .list(
        chat.map {
          .mapping(
            TemplateMapping([
              "role": .own($0[0]), "content": .text(TemplateText($0[1], isControl: false)),
            ]))
        }),
      "bos_token": .own("<s>"), "eos_token": .own("</s>"), "add_generation_prompt": .bool(true),
      "tools": .null, "documents": .null, "enable_thinking": .bool(true),
    ]
  }

  @discardableResult
  private func render(
    _ source: String, _ variables: [String: TemplateValue]
  ) throws(TemplateError) -> TemplateText {
    var renderer = TemplateRenderer(variables: variables)
    try renderer.render(try TemplateParser.statements(of: source))
    return renderer.output
  }
}
