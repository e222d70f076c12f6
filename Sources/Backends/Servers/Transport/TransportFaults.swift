import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

extension ServerError {
  /// What `error` of a transport means before anything of an answer has come.
  init(opening error: any Error, at address: String) {
    if let known = error as? ServerError {
      self = known
      return
    }
    let reason: Reason =
      switch (error as? URLError)?.code {
      case .cannotFindHost?, .dnsLookupFailed?: .unreachable("its name is not known")
      case .cannotConnectToHost?: .unreachable("nothing accepts connections there")
      case .timedOut?: .unreachable("it did not answer in time")
      case .networkConnectionLost?, .badServerResponse?, .cannotParseResponse?: .lost
      case .secureConnectionFailed?: .unreachable("no encrypted connection came about")
      case .serverCertificateUntrusted?, .serverCertificateHasBadDate?,
        .serverCertificateHasUnknownRoot?, .serverCertificateNotYetValid?:
        .refused(status: 0, "its certificate is not to be trusted")
      case .notConnectedToInternet?: .unreachable("there is no network")
      case let code?: .unreachable("error \(code.rawValue) of the network")
      case nil: .lost
      }
    self.init(reason, at: address)
  }
}
