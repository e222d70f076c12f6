import Foundation
import Traces

extension ViewerState {
  /// Shows a run from which the models go on.
  public mutating func goOn(with run: RunState) {
    replay = nil
    showAnew(run)
    focus = .composer
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

  mutating func performOnRuns(_ action: Action) -> [Command] {
    guard let list = overlay as? Chooser else { return [] }
    if action == .restoreRun {
      guard let id = deletedRun else { return [] }
      deletedRun = nil
      return [.run(.runs(.restore(id)))]
    }
    guard let run = list.chosenItem else { return [] }
    switch action {
    case .viewRun:
      overlay = nil
      return [.run(.runs(.view(run.id)))]
    case .renameRun:
      overlay = Prompt("Name of the run") { title, _ in
        .close([.run(.runs(.rename(run.id, title)))])
      }
      return []
    case .deleteRun:
      return [.run(.runs(.delete(run.id)))]
    default:
      return []
    }
  }
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
