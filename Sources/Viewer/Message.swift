import Traces

/// A key press, already decoded.
public struct Key: Sendable, Hashable {
  /// Which key.
  public var code: Code
  /// Keys held down with it.
  public var modifiers: Modifiers

  /// Which key.
  public enum Code: Sendable, Hashable {
    case character(Character)
    case enter, tab, escape, backspace, delete, insert
    case left, right, up, down, home, end, pageUp, pageDown
    /// F1 is `function(1)`.
    case function(Int)
    case wheelUp, wheelDown
  }

  /// Keys held down with it. Shift is part of a character and stands only with other keys.
  public struct Modifiers: OptionSet, Sendable, Hashable {
    /// The bits of the keys.
    public let rawValue: UInt8

    /// The set with this bit pattern.
    public init(rawValue: UInt8) {
      self.rawValue = rawValue
    }

    /// The shift key.
    public static let shift = Modifiers(rawValue: 1)
    /// The alt or meta key.
    public static let alt = Modifiers(rawValue: 2)
    /// The control key.
    public static let control = Modifiers(rawValue: 4)
  }

  /// A key, alone or with modifiers.
  public init(_ code: Code, _ modifiers: Modifiers = []) {
    self.code = code
    self.modifiers = modifiers
  }

  static func control(_ character: Character) -> Key { Key(.character(character), .control) }
  static func plain(_ character: Character) -> Key { Key(.character(character)) }
}

/// What the mouse's left button or its wheel did, and where.
public struct MouseEvent: Sendable, Hashable {
  /// What the button did.
  public enum Kind: Sendable, Hashable {
    case press
    /// It was moved while pressed.
    case drag
    /// The wheel was turned, which counts as a key, so that it can be bound as one.
    case wheel(Key)
  }

  /// What was done.
  public var kind: Kind
  /// The cell under the pointer.
  public var position: Position

  /// What was done in which cell.
  public init(_ kind: Kind, _ position: Position) {
    self.kind = kind
    self.position = position
  }
}

/// How far something has come that takes long.
public struct WorkProgress: Sendable, Equatable {
  /// What is being done, for people.
  public var label: String
  /// The share that is done, 0 to 1.
  public var share: Double

  /// `share` of `label` is done.
  public init(label: String, share: Double) {
    self.label = label
    self.share = share
  }
}

/// Where the models stand.
public enum EngineStatus: Sendable, Equatable {
  /// What is being loaded, for people.
  case loading(String)
  case ready
  /// One sentence with a remedy; nothing can be submitted.
  case failed(String)
}

/// Everything that can happen to the viewer.
public enum Message: Sendable, Equatable {
  case key(Key)
  case mouse(MouseEvent)
  /// Text pasted as one block.
  case paste(String)
  case resize(Size)
  case event(Event)
  /// What the base model does alone, in a race against the last turn; nil when it is over.
  case race(Event?)
  case engine(EngineStatus)
  /// What the person made of a text in an editor.
  case edited(EditPurpose, EditResult)
  /// The recorded run that was asked for.
  case loaded(RunState)
  /// The models on this machine, to choose one for this place from.
  case models(ModelRole, [ModelChoice])
  /// The saved runs that were asked for.
  case runs([SavedRun])
  /// This saved run was deleted and can be taken back.
  case deleted(String)
  /// Another run is shown from now on, which goes on from here.
  case opened(RunState)
  /// The saved run that the person wants to watch.
  case recorded([Event])
  /// Seconds that passed while a recording is played.
  case elapsed(Double)
  /// A word for the person about what a command led to.
  case told(String, isWarning: Bool)
  /// Time passes while something runs; moves the busy mark.
  case tick
  /// How far work has come that takes long; nil when it is over.
  case progress(WorkProgress?)
  /// Bytes of memory that the program has in use.
  case memory(Int)
}

/// A place in the pair.
public enum ModelRole: String, Sendable, Equatable, CaseIterable {
  case base, draft
}

/// A model that could take a place in the pair.
public struct ModelChoice: Sendable, Equatable {
  let path: String
  let name: String
  let detail: String
  let obstacle: String?

  /// A model called `name` at `path`; `obstacle` says why it cannot be used, nil where it can.
  public init(path: String, name: String, detail: String, obstacle: String?) {
    self.path = path
    self.name = name
    self.detail = detail
    self.obstacle = obstacle
  }
}

/// What the viewer asks of the saved runs; each is named by its id.
public enum RunRequest: Sendable, Equatable {
  /// A `runs` message answers.
  case list
  /// Go on with it: an `opened` message answers.
  case open(String)
  /// Read it: a `recorded` message answers.
  case view(String)
  case rename(String, String)
  /// A `deleted` message answers.
  case delete(String)
  case restore(String)
}

/// What a text goes to an editor for.
public enum EditPurpose: Sendable, Equatable {
  /// The problem being written.
  case composer
  /// A step of the last turn, by its number.
  case step(Int)
  /// A note after a step of the last turn, by its number.
  case note(after: Int)
  /// What the models are told before the chat.
  case systemPrompt
}

/// What an editor gave back.
public enum EditResult: Sendable, Equatable {
  case text(String)
  /// Why it gave nothing, in one sentence.
  case failure(String)
}

/// What the viewer asks its surroundings to do.
public enum Command: Sendable, Equatable {
  /// Reason about this problem.
  case submit(String)
  case control(Control)
  /// Read the recorded run at this path; a `loaded` or `told` message answers.
  case load(String)
  case runs(RunRequest)
  /// Look for models to choose from; a `models` message answers.
  case models(ModelRole)
  /// Put the model at this path into the pair; `engine` messages answer.
  case changeModel(ModelRole, String)
  /// Let the base model alone race against the last turn.
  case race
  /// Let the person change this text in an editor; an `edited` message brings it back.
  case edit(String, EditPurpose)
  /// Hand this text to the terminal's clipboard.
  case copy(String)
  /// Take mouse reports, or leave the mouse to the terminal's own selection.
  case mouse(Bool)
  case quit
  /// Stop the process until the shell continues it.
  case suspend
  /// Draw the whole screen anew.
  case redraw
}
