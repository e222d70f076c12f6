import Foundation

/// The theme that was chosen last, kept in the state folder.
public enum ThemeMemory {
  private static let name = "theme"

  /// Its name; nil where none was chosen.
  public static func load() -> String? {
    guard let content = try? Data(contentsOf: StateFolder.file(name)) else { return nil }
    let theme = String(decoding: content, as: UTF8.self).prefix { $0 != "\n" }
    return theme.isEmpty ? nil : String(theme)
  }

  /// Remembers `theme`; a disk that is full forgets it.
  public static func save(_ theme: String) {
    try? StateFolder.write(Data((theme + "\n").utf8), to: name)
  }
}
