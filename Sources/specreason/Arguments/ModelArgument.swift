import DemoPair

/// A model that is given as an argument.
enum ModelArgument {
  /// The path of the GGUF file that `argument` means: `demo` is the demo pair's base model.
  static func path(_ argument: String) throws -> String {
    argument == "demo" ? try DemoPair.locate().base.path : argument
  }
}
