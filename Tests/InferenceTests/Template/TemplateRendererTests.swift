import TestSupport
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
    for _ in 0..<Sweep.count(2_000) {
      var source = ["{{", "{%", "{{ messages[", "{% for m in messages %}{{ m."][numbers.next(4)]
      for _ in 0..<numbers.next(24) { source += words[numbers.next(words.count)] }
      if numbers.next(2) == 0 {
        source += ["}}", "%}", " %}{% endfor %}", " }}{% endfor %}"][numbers.next(4)]
      }
      _ = try? render(source, variables)
    }
    for snippet in fixture.snippets {
      for _ in 0..<Sweep.count(10) {
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

  @Test func `what is not known here does not matter where it is never reached`() throws {
    let source =
      "{% if x %}{% frobnicate y %}{{ 1 | nosuch }}{{ 1 is nosuch }}{{ nosuch() }}"
      + "{% endfrobnicate %}{% else %}a{% endif %}"
    #expect(try render(source, [:]).string == "a")
    #expect(throws: TemplateError(line: 1, reason: .unsupported("frobnicate"))) {
      try render(source, ["x": .bool(true)])
    }
  }

  @Test(arguments: [
    "{{ 'a' | replace('a', 'b', 1, 2) }}", "{{ 'a' | upper(1) }}",
    "{{ 'a' | indent(width=2, x=1) }}",
    "{{ 'a'.strip('a', 'b') }}", "{{ 'a'.upper(1) }}", "{{ {'a': 1}.get('a', 1, 2) }}",
    "{{ {'a': 1}.get() }}", "{{ 1 is odd(2) }}", "{{ 1 is divisibleby }}",
    "{{ range(1, 2, 3, 4) }}",
    "{{ range() }}", "{{ strftime_now('%Y', 1) }}", "{{ [1] | tojson(colour=1) }}",
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, 2) }}",
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(b=1) }}",
    "{% macro f(a) %}{{ a }}{% endmacro %}{{ f(1, a=2) }}",
    "{% macro f() %}x{% endmacro %}{% call f() %}y{% endcall %}",
    "{{ [1] | sum(1, 2, 3) }}", "{{ '{} {}'.format(1) }}", "{{ '%s %s' % (1,) }}",
    "{{ '%s' % (1, 2) }}",
    "{{ [1] | map(colour='a') }}", "{{ joiner(1, 2) }}", "{{ [1, 2].append(3) }}",
    "{{ {'a': 1}.update({'b': 2}) }}", "{{ 'abc' | truncate(0) }}", "{{ [1] | batch }}",
    "{{ '{:q}'.format(1) }}", "{{ '%q' % 1 }}", "{{ 'x' * 3 ** 99 }}", "{{ '%99999999d' % 1 }}",
    "{{ 'a' | center(99999999) }}", "{{ [1] * 99999999 }}", "{{ 'a' | indent(99999) }}",
    "{{ [1] | batch(9999999, 0) }}", "{% for x in [1] %}{{ loop([2]) }}{% endfor %}",
    "{% for x in [1] recursive %}{{ loop([2]) }}{% endfor %}",
    "{% set a, b = 1, 2, 3 %}", "{{ [1, 'a'] | sort }}", "{{ {[1]: 2} }}",
  ])
  func `no argument is passed over, and nothing is made of what cannot be`(source: String) {
    #expect(throws: TemplateError.self) { try render(source, [:]) }
  }

  @Test func `keys made of a person's words keep their origin`() throws {
    let text = TemplateValue.text(TemplateText("<x>", isControl: false))
    let output = try render("{{ {t: 1} }}{{ {t: 1} | tojson }}{{ '%s' % t }}", ["t": text])
    #expect(output.segments.filter { !$0.isControl }.map(\.text) == ["<x>", "<x>", "<x>"])
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
      "tools": .null, "documents": .null, "enable_thinking": .bool(true), "thinking": .bool(true),
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
