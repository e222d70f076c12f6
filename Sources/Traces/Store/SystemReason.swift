import Foundation

extension Error {
  /// Why something could not be done with a file, in the system's own words, such as `No such file
  /// or directory`; the library tells that in a paragraph about itself.
  package var systemReason: String {
    switch self {
    case let error as RunStoreError: error.description
    case let error as POSIXError: String(cString: strerror(error.code.rawValue))
    case let error as CocoaError: error.underlying?.systemReason ?? error.localizedDescription
    default: localizedDescription
    }
  }
}
