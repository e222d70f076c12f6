import Testing

@testable import Viewer

struct FormatTests {
  @Test(arguments: [
    (0, "0 B"), (999, "999 B"), (1_000, "1 kB"), (245_760, "246 kB"), (999_499, "999 kB"),
    (999_500, "1 MB"), (491_400_064, "491 MB"), (999_600_000, "1.0 GB"), (1_117_320_768, "1.1 GB"),
    (39_900_000_000, "39.9 GB"),
  ])
  func `a size is told in the unit that suits it`(bytes: Int, text: String) {
    #expect(Format.bytes(bytes) == text)
  }
}
