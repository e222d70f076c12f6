import Foundation

/// The machine that this process runs on, as the host of an address.
package enum ThisMachine {
  /// Whether `host`, without a port, can only be reached from here: `localhost`, 127.0.0.0/8 or ::1.
  ///
  /// No name is looked up: one that leads here now may lead elsewhere later.
  package static func isMeant(by host: String) -> Bool {
    let host = host.lowercased()
    if host == "localhost" { return true }
    var four = in_addr()
    // A name may begin with 127 as well.
    if inet_pton(AF_INET, host, &four) == 1 { return UInt32(bigEndian: four.s_addr) >> 24 == 127 }
    let isBracketed = host.hasPrefix("[") && host.hasSuffix("]")
    var six = in6_addr()
    guard inet_pton(AF_INET6, isBracketed ? String(host.dropFirst().dropLast()) : host, &six) == 1
    else { return false }
    return withUnsafeBytes(of: six) { $0.last == 1 && $0.dropLast().allSatisfy { $0 == 0 } }
  }
}
