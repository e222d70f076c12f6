// swift-tools-version: 6.2
import PackageDescription

// Debug builds keep optimised kernels: unoptimised ones would make the tests minutes longer.
let kernelSettings: [CSetting] = [.unsafeFlags(["-O3", "-ffp-contract=on"])]

let package = Package(
  name: "specreason",
  products: [
    .executable(name: "specreason", targets: ["specreason"])
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
  ],
  targets: [
    .target(
      name: "CKernels",
      cSettings: kernelSettings,
      linkerSettings: [.linkedLibrary("m")]
    ),
    .target(
      name: "CTerminal",
      linkerSettings: [.linkedLibrary("ncursesw"), .linkedLibrary("tinfo")]
    ),
    .target(name: "Traces"),
    .target(
      name: "Inference",
      dependencies: ["CKernels", .product(name: "HeapModule", package: "swift-collections")]
    ),
    .target(name: "Reasoning", dependencies: ["Traces"]),
    .target(name: "Evaluation", dependencies: ["Reasoning", "Traces"]),
    .target(name: "Reports", dependencies: ["Evaluation", "Viewer", "Traces"]),
    .target(name: "Backends", dependencies: ["Reasoning", "Traces", "Inference"]),
    .target(
      name: "Serving",
      dependencies: [
        "Reasoning", "Traces", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"),
      ]
    ),
    .systemLibrary(
      name: "CLibcrypto", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),
    .target(name: "Hub", dependencies: ["Traces", "CLibcrypto"]),
    .target(name: "DemoPair", dependencies: ["Evaluation"], resources: [.copy("Resources")]),
    .target(
      name: "Viewer",
      dependencies: ["Traces", .product(name: "TOMLKit", package: "TOMLKit")],
      resources: [.copy("../../themes")]
    ),
    .target(name: "Terminal", dependencies: ["Viewer", "CTerminal"]),
    .executableTarget(
      name: "specreason",
      dependencies: [
        "Traces", "Inference", "Reasoning", "Evaluation", "Reports", "Backends", "DemoPair", "Hub",
        "Viewer", "Terminal", "Serving",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]
    ),
    .executableTarget(
      name: "ViewerBenchmark", dependencies: ["Traces", "Viewer"], path: "Benchmarks/Viewer"),
    .executableTarget(
      name: "EstimateBenchmark",
      dependencies: [
        "Backends", "DemoPair", "Reasoning", "Traces",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ],
      path: "Benchmarks/Estimates"),
    .target(
      name: "TestSupport",
      dependencies: ["Reasoning", "Traces", "CLibcrypto"],
      path: "Tests/TestSupport"),
    .testTarget(
      name: "CKernelsTests", dependencies: ["CKernels", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "InferenceTests", dependencies: ["Inference", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .executableTarget(
      name: "RunWriterProcess", dependencies: ["Traces"], path: "Tests/RunWriterProcess"),
    .testTarget(
      name: "TracesTests", dependencies: ["Traces", "TestSupport", "RunWriterProcess"],
      resources: [.copy("Fixtures")]),
    .testTarget(name: "HubTests", dependencies: ["Hub", "TestSupport"]),
    .testTarget(name: "ReasoningTests", dependencies: ["Reasoning", "TestSupport"]),
    .testTarget(
      name: "ServingTests", dependencies: ["Serving", "Reasoning", "Traces", "TestSupport"]),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation", "Reports", "TestSupport"]),
    .testTarget(
      name: "ReportsTests", dependencies: ["Reports", "Viewer", "TestSupport"],
      resources: [.copy("Fixtures")]),
    .testTarget(
      name: "BackendsTests", dependencies: ["Backends", "DemoPair", "Evaluation", "TestSupport"]),
    .testTarget(
      name: "ViewerTests",
      dependencies: ["DemoPair", "Viewer", "Terminal", "Reports", "TestSupport"],
      exclude: ["Recorded", "Snapshots"]),
    .testTarget(
      name: "CommandTests",
      dependencies: [
        "specreason", "TestSupport", "Traces",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["specreason", "TestSupport", "Traces", "Evaluation", "DemoPair"]),
  ],
  swiftLanguageModes: [.v6]
)

// What reads bytes from outside, as libFuzzer calls it and as the tests do. libFuzzer brings a `main` of
// its own, so that its program is there only when scripts/fuzz asks for it.
let fuzzed: [Target.Dependency] = [
  "Inference", "Traces", "Viewer", "Terminal", "Reports", "Evaluation", "Reasoning", "Backends",
  "Hub",
  "Serving", "TestSupport",
]
package.targets.append(
  Context.environment["SPECREASON_FUZZING"] != nil
    ? .executableTarget(
      name: "Fuzz", dependencies: fuzzed, path: "Fuzzing", exclude: ["Found", "Tests"],
      swiftSettings: [.unsafeFlags(["-parse-as-library"])])
    : .testTarget(
      name: "FuzzingTests", dependencies: fuzzed, path: "Fuzzing", exclude: ["Found", "Fuzz.swift"])
)
