import Testing

@testable import Viewer

struct ModelChooserTests {
  private static let choices = [
    ModelChoice(path: "/m/base.gguf", name: "base", detail: "qwen2", obstacle: nil),
    ModelChoice(path: "/m/bad.gguf", name: "bad", detail: "", obstacle: "It is cut off."),
  ]

  @Test func `a model of the pair is chosen from those that were found`() {
    var script = Script(columns: 120, rows: 36)
    script.type("/model base")
    script.press(.enter)
    #expect(script.commands.last == .models(.base))
    #expect(script.shows("Looking"))
    script.type("ba")
    script.send(.models(.base, Self.choices))
    script.press(.down, .enter)
    #expect(script.footer.contains("cut off"))
    script.press(.up, .enter)
    #expect(script.commands.last == .changeModel(.base, "/m/base.gguf"))
    #expect(script.state.engine == .loading("the base model"))
  }

  @Test func `a list that was left does not come back`() {
    var script = Script()
    script.type("/model draft")
    script.press(.enter, .escape)
    script.send(.models(.draft, Self.choices))
    #expect(script.state.overlay == nil)
  }

  @Test func `a model is given by its file, too`() {
    var script = Script()
    script.type("/model draft /m/a b.gguf")
    script.press(.enter)
    #expect(script.commands.last == .changeModel(.draft, "/m/a b.gguf"))
    script.send(.engine(.ready))
    script.type("/model judge")
    script.press(.enter)
    #expect(script.footer.contains("base or draft"))
  }
}
