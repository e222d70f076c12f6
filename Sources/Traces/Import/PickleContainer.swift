/// A list or a dictionary on the stack of a pickle. It is shared by reference: a value would be
/// copied as a whole with each addition.
final class PickleContainer {
  let isMapping: Bool
  var list: [PythonValue] = []
  var mapping: [String: PythonValue] = [:]
  /// How many lists are in each other in it.
  var depth = 0

  init(isMapping: Bool) { self.isMapping = isMapping }

  var value: PythonValue { isMapping ? .mapping(mapping) : .list(list) }
}
