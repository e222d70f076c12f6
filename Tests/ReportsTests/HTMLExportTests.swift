import Foundation
import TestSupport
import Testing
import Traces
import Viewer

@testable import Reports

/// The HTML page: what it holds, and what a browser makes of it.
struct HTMLExportTests {
  private static let hostile =
    "</script><img src=x onerror=alert(1)> `</code>` $a<b$ \"'><svg onload=alert(2)> ]]> **<b>x</b>**"

  /// A turn of four steps with scores 9, 2, 6.5 and 7.5 at τ 7; `words` stand in every text.
  static func run(_ words: String = "So **4** is $x^2$.") -> RunState {
    var time = 0.0
    func event(_ kind: Event.Kind) -> Event {
      time += 0.25
      return Event(time: time, kind: kind)
    }
    let model = ModelDescription(name: words, source: "f")
    var options = RunOptions()
    options.mode = .reason
    var events = [
      event(
        .runStarted(
          RunStarted(
            version: "1", base: model, draft: model, options: options, machine: words,
            baseSecondsPerToken: 0.1))),
      event(.turnStarted(TurnStarted(turn: 1, prompt: "2 + 2? " + words))),
    ]
    for (place, score) in [9, 2, 6.5, 7.5].enumerated() {
      let step = place + 1
      let draft = "Draft \(step). \(words)\n```python\nprint(\(step)) # \(words)\n```"
      events.append(
        event(
          .stepDrafted(StepDrafted(step: step, text: draft, tokens: 5, seconds: 0.2, cut: false)))
      )
      let probabilities = (0...9).map { $0 == Int(score) ? 0.9 : 0.1 / 9 }
      events.append(
        event(
          .stepJudged(
            StepJudged(
              step: step, score: score, greedy: Int(score), average: score,
              probabilities: probabilities, readable: true, promptTokens: 20, seconds: 0.1))))
      let verdict: Verdict = score >= 7 ? .accepted : .rejected
      events.append(
        event(
          .stepDecided(
            StepDecided(step: step, verdict: verdict, threshold: 7, by: .judge, reason: words))))
      events.append(
        event(
          .stepCommitted(
            verdict == .accepted
              ? StepCommitted(
                step: step, by: .draft, status: .draftAccepted, text: draft, tokens: 5,
                seconds: 0.2, cut: false)
              : StepCommitted(
                step: step, by: .base, status: .baseRegenerated, text: "Better \(step). \(words)",
                tokens: 6, seconds: 0.6, cut: false))))
    }
    events.append(
      event(.answer(Answer(text: words, boxed: nil, by: .base, tokens: 2, seconds: 0.2))))
    events.append(
      event(
        .turnEnded(
          TurnEnded(
            turn: 1, stop: .answer, seconds: 4, tokens: TokenCounts(), accepted: 2, rejected: 2,
            estimatedSpeedup: nil))))
    return events.reduce(into: RunState()) { $0.apply($1) }
  }

  @Test(arguments: StepStatus.allCases)
  func `a step of every status has its colour`(status: StepStatus) {
    #expect(HTMLAssets.style.contains(".\(status.rawValue)>summary b"))
  }

  @Test func `the page's policy names its own script and style, and nothing else`() throws {
    let page = HTMLExport.document(of: Self.run())
    for (text, hash) in [
      (HTMLAssets.style, HTMLAssets.styleHash), (HTMLAssets.script, HTMLAssets.scriptHash),
    ] {
      let told = try Program.run(
        "/usr/bin/env",
        [
          "python3", "-c",
          "import base64,hashlib,sys;"
            + "print(base64.b64encode(hashlib.sha256(sys.stdin.buffer.read()).digest()).decode())",
        ], input: text)
      #expect(told.output == hash + "\n", "HTMLAssets must say \(told.output)")
      #expect(page.contains("'sha256-\(hash)'"))
    }
    #expect(page.contains("default-src 'none'") && !page.contains("unsafe-inline"))
  }

  @Test func `what models write makes no markup`() throws {
    let tame = try #require(
      XMLElements.counted(in: HTMLExport.document(of: Self.run("So 4."))))
    let hostile = HTMLExport.document(of: Self.run(Self.hostile))
    let elements = try #require(XMLElements.counted(in: hostile))
    for element in ["script", "svg", "details", "section", "style", "meta"] {
      #expect(elements[element] == tame[element], "\(element)")
    }
    #expect(elements["img"] == nil && !hostile.contains("<img"))
  }

  @Test func `code, formulas, distributions and the waterfall are drawn`() throws {
    let page = HTMLExport.document(of: Self.run())
    #expect(
      page.contains("<math><semantics><msup><mi>x</mi><mn>2</mn></msup>")
        && page.contains("<strong>4</strong>"))
    // What MathML cannot say is drawn in Unicode, and read out as it was written.
    let other = HTMLExport.document(of: Self.run("So $\\text{{a}}x$."))
    #expect(
      other.contains("<span class=\"formula\" role=\"math\" aria-label=\"\\text{{a}}x\">ax</span>"))
    #expect(
      page.contains("<pre><code><small>python</small>\nprint(<span class=\"number\">1</span>)"))
    #expect(page.contains("class=\"digits\"") && page.contains("9: 90%"))
    #expect(page.contains("class=\"waterfall\"") && page.contains("class=\"draft wasted\""))
    #expect(page.contains("<del>") && page.contains("<ins>"))
  }

  @Test func `the slider holds what what-if says`() throws {
    let run = Self.run()
    let page = HTMLExport.document(of: run)
    let rows = try #require(page.firstMatch(of: /data-rows="([^"]*)"/)).1
      .replacing("&quot;", with: "\"").replacing("&#39;", with: "'").replacing("&amp;", with: "&")
    let list = try #require(
      try JSONSerialization.jsonObject(with: Data(rows.utf8)) as? [[String: Any]])
    #expect(list.count == WhatIf.thresholds.count)
    let turn = try #require(run.turns.first)
    for (row, threshold) in zip(list, WhatIf.thresholds) {
      let flips = WhatIf.flips(of: turn, at: threshold)
      #expect((row["flips"] as? [String: String])?.count == flips.count)
      #expect(row["first"] as? Int == flips.first?.step)
    }
  }

  @Test func `colour is nowhere the only sign`() {
    let page = HTMLExport.document(of: Self.run())
    // What became of a step is said in words; the sign before them is not read out as well.
    #expect(page.contains("<b><span aria-hidden=\"true\">✓</span> draft-accepted</b>"))
    #expect(page.contains("<b><span aria-hidden=\"true\">✗</span> draft-rejected</b>"))
    // Charts outline what is rejected or wasted.
    #expect(HTMLAssets.style.contains(".digits .fails{fill:none;"))
    #expect(HTMLAssets.style.contains(".waterfall .wasted{fill:none;"))
    #expect(page.contains("<small>outlined: wasted</small>"))
    #expect(page.contains("9: 90%, those from 7.0 up accept"))
  }

  // MARK: In a browser

  static let browser: String? = ["chromium", "chromium-browser", "google-chrome"].lazy.compactMap {
    let found = try? Program.run("/bin/sh", ["-c", "command -v \($0)"])
    return found?.status == 0
      ? found?.output.trimmingCharacters(in: .whitespacesAndNewlines) : nil
  }.first

  /// Does `actions` on `page` in a browser, and gives the values of those that evaluate, and the
  /// browser's complaints last.
  private func look(at page: String, _ actions: [[String: String]]) throws -> [Any] {
    let browser = try #require(Self.browser)
    let folder = try TemporaryFolder()
    let path = try folder.write("page.html", Array(page.utf8))
    let script = Program.packageRoot.appending(
      path: "Tests/ReportsTests/Fixtures/browser/look.py")
    let lines = try actions.map {
      String(decoding: try JSONSerialization.data(withJSONObject: $0), as: UTF8.self)
    }
    let result = try Program.run(
      "/usr/bin/env", ["timeout", "120", "python3", script.path, browser, path],
      input: lines.joined(separator: "\n") + "\n")
    try #require(result.status == 0, "\(result.errors)")
    return try result.output.split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8), options: .fragmentsAllowed)
    }
  }

  @Test(
    .enabled(
      if: HTMLExportTests.browser != nil, "there is no Chromium here: apt-get install chromium"))
  func `in a browser the slider shows what would flip, and keys move and fold`() throws {
    let flipped = """
      [...document.querySelectorAll('details.flips')].map(one => one.dataset.step + ' ' \
      + one.querySelector('.flip').textContent).join(', ')
      """
    let values = try look(
      at: HTMLExport.document(of: Self.run()),
      [
        ["evaluate": "document.querySelector('output').textContent"], ["evaluate": flipped],
        // From 7.0 to 8.0, which step 4 does not reach.
        ["key": "]"], ["key": "]"], ["evaluate": flipped],
        // And to 6.5, which step 3 does.
        ["key": "["], ["key": "["], ["key": "["], ["evaluate": flipped],
        ["evaluate": "document.querySelector('output').textContent"],
        ["key": "j"], ["key": "j"],
        ["evaluate": "document.activeElement.closest('details').dataset.step"],
        ["key": "f"], ["evaluate": "document.querySelectorAll('details.step[open]').length"],
        ["key": "f"], ["evaluate": "document.querySelectorAll('details.step[open]').length"],
      ])
    #expect(values.count == 9)
    #expect("\(values[0])".hasSuffix("No decision would change."))
    #expect(values[1] as? String == "")
    #expect(values[2] as? String == "4 ⇄ would be rejected")
    #expect(values[3] as? String == "3 ⇄ would be accepted")
    #expect("\(values[4])".contains("From step 3 on this is counterfactual"))
    #expect(values[5] as? String == "2" && values[6] as? Int == 0 && values[7] as? Int == 4)
    #expect((values[8] as? [Any])?.isEmpty == true, "\(values)")
  }

  @Test(
    .enabled(
      if: HTMLExportTests.browser != nil, "there is no Chromium here: apt-get install chromium"))
  func `a screen reader is told what the page shows`() throws {
    let valueText = "document.querySelector('input[type=range]').getAttribute('aria-valuetext')"
    let values = try look(
      at: HTMLExport.document(of: Self.run()),
      [["key": "]"], ["accessible": ""], ["evaluate": valueText]])
    let told = try #require(values[0] as? [[String: Any]])
    func names(_ roles: String...) -> [String] {
      told.filter { roles.contains($0["role"] as? String ?? "") }.map {
        $0["name"] as? String ?? ""
      }
    }
    let levels = told.filter { $0["role"] as? String == "heading" }.compactMap {
      $0["level"] as? Int
    }
    #expect(levels == [1, 2] + [Int](repeating: 3, count: 4))
    #expect(
      names("heading") == [
        "specreason", "Turn 1", "Steps", "Answer", "Who worked when outlined: wasted",
        "What it cost",
      ])
    #expect(names("region") == ["Turn 1"] && names("main", "banner").count == 2)
    let slider = try #require(told.first { $0["role"] as? String == "slider" })
    #expect((slider["name"] as? String)?.hasPrefix("Acceptance threshold τ") == true)
    #expect(values[1] as? String == "τ 7.5")
    // Each drawing has a name, and so has all that can be pressed.
    let images = names("image", "img")
    #expect(images.count == 5 && images.allSatisfy { !$0.isEmpty }, "\(images)")
    for name in names("DisclosureTriangle", "button", "checkbox") { #expect(!name.isEmpty) }
    let steps = names("DisclosureTriangle").filter { $0.contains("judge score") }
    #expect(steps.count == 4, "\(names("DisclosureTriangle"))")
    #expect(steps.first?.hasPrefix("1 draft-accepted judge score 9.0") == true, "\(steps)")
    #expect(told.contains { ($0["role"] as? String)?.contains("Math") == true })
  }

  @Test(
    .enabled(
      if: HTMLExportTests.browser != nil, "there is no Chromium here: apt-get install chromium"))
  func `printing unfolds all, and folds it again`() throws {
    let folder = try TemporaryFolder()
    let folded = "document.querySelectorAll('details:not([open])').length"
    let values = try look(
      at: HTMLExport.document(of: Self.run()),
      [
        ["evaluate": folded], ["evaluate": "window.dispatchEvent(new Event('beforeprint'))"],
        ["evaluate": folded], ["evaluate": "window.dispatchEvent(new Event('afterprint'))"],
        ["evaluate": folded], ["print": folder.path + "/page.pdf"],
      ])
    let before = try #require(values[0] as? Int)
    #expect(before > 0 && values[2] as? Int == 0 && values[4] as? Int == before)
    let pdf = try Data(contentsOf: URL(filePath: folder.path + "/page.pdf"))
    #expect(pdf.starts(with: Data("%PDF".utf8)))
  }

  @Test(
    .enabled(
      if: HTMLExportTests.browser != nil, "there is no Chromium here: apt-get install chromium"))
  func `keys can be given back to the browser`() throws {
    let values = try look(
      at: HTMLExport.document(of: Self.run()),
      [
        ["evaluate": "document.getElementById('keys').click()"], ["key": "f"],
        ["evaluate": "document.querySelectorAll('details.step[open]').length"],
      ])
    #expect(values[1] as? Int == 4)
  }

  @Test(
    .enabled(
      if: HTMLExportTests.browser != nil, "there is no Chromium here: apt-get install chromium"))
  func `in a browser hostile text does nothing`() throws {
    let values = try look(
      at: HTMLExport.document(of: Self.run(Self.hostile)),
      [
        ["key": "]"], ["key": "["],
        ["evaluate": "document.querySelectorAll('img,[onload],[onerror],main script').length"],
        ["evaluate": "document.querySelectorAll('script').length"],
      ])
    #expect(values[0] as? Int == 0 && values[1] as? Int == 1)
    #expect((values[2] as? [Any])?.isEmpty == true, "\(values)")
  }
}
