import Foundation
import Traces

extension ViewerState {
  /// Shows a run from which the models go on.
  public mutating func goOn(with run: RunState) {
    replay = nil
    showAnew(run)
    focus = .composer
    // What waited was meant for the other run.
    if !queue.isEmpty {
      composer.replace(
        with: (queue + [composer.text]).filter { !$0.isEmpty }.joined(separator: "\n\n"))
      queue = []
    }
  }

  mutating func list(_ runs: [SavedRun]) {
    guard !runs.isEmpty || deletedRun != nil else {
      overlay = nil
      say("There is no saved run yet.", .warning)
      return
    }
    var list = Chooser(.runs, title: "Runs", items: runs.map(\.item)) { item, _ in
      [.run(.runs(.open(item.id)))]
    }
    // What was typed to find a run stays while others are named or deleted.
    if let shown = overlay as? Chooser, shown.kind == .runs { list.filter = shown.filter }
    overlay = list
  }

  /// The saved run that is chosen in the open list.
  fileprivate var chosenRun: Chooser.Item? { (overlay as? Chooser)?.chosenItem }
}

// MARK: Actions

extension ActionEntry.Context {
  static let runs = Self("runs", "In the list of runs")
}

extension Chooser {
  static let savedRunActions: [ActionEntry] = [
    ActionEntry(
      "view-run", "watch the run, and change nothing", [Key(.character("v"), .alt)], .runs,
      footer: "watch",
      run: { state, _ in
        guard let run = state.chosenRun else { return [] }
        state.overlay = nil
        return [.run(.runs(.view(run.id)))]
      }),
    ActionEntry(
      "rename-run", "name the run", [Key(.character("r"), .alt)], .runs, footer: "name",
      do: { state in
        guard let run = state.chosenRun else { return }
        state.overlay = Prompt("Name of the run") { title, _ in
          .close([.run(.runs(.rename(run.id, title)))])
        }
      }),
    ActionEntry(
      "delete-run", "delete the run", [Key(.character("d"), .alt), Key(.delete, .control)], .runs,
      footer: "delete",
      run: { state, _ in state.chosenRun.map { [.run(.runs(.delete($0.id)))] } ?? [] }),
    ActionEntry(
      "restore-run", "take back the run that was deleted last", [Key(.character("u"), .alt)],
      .runs, footer: "undo",
      unless: { $0.deletedRun == nil ? "No run was deleted." : nil },
      run: { state, _ in
        guard let id = state.deletedRun else { return [] }
        state.deletedRun = nil
        return [.run(.runs(.restore(id)))]
      }),
  ]
}

extension SavedRun {
  fileprivate var item: Chooser.Item {
    let time = began.map { "\($0.formatted(.dateTime.day().month().hour().minute())) · " } ?? ""
    let detail = time + "\(Format.count(turns, "turn", "turns")) · \(outcome)"
    let models = models.map { pair in
      ([pair.base] + [pair.draft].compactMap(\.self)).map(\.name).joined(separator: " + ")
        + (mode.map { ", \($0.rawValue)" } ?? "")
    }
    return Chooser.Item(
      id: id, title: name, detail: detail,
      preview: [models, prompt].compactMap(\.self)
        .joined(separator: "\n"), text: text)
  }
}
