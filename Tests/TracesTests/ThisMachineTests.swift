import Testing

@testable import Traces

struct ThisMachineTests {
  @Test(arguments: [
    "127.0.0.1", "127.9.9.9", "localhost", "LOCALHOST", "::1", "[::1]", "0:0:0:0:0:0:0:1",
  ])
  func `a loopback address is this machine`(host: String) {
    #expect(ThisMachine.isMeant(by: host))
  }

  @Test(arguments: [
    "0.0.0.0", "::", "[::]", "127.0.0.1.evil.example", "127.evil", "127.1", "127.0.0.+1",
    "10.0.0.1", "", "128.0.0.1", "[]", "[127.0.0.1", "localhost.evil.example", "::2", "100::1",
    "::ffff:10.0.0.1",
  ])
  func `what others can reach is not`(host: String) {
    #expect(!ThisMachine.isMeant(by: host))
  }
}
