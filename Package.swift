// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// The numeric targets are compiled for AVX2 and FMA on x86-64, where without them a fused
/// multiply-add is a call into libm, and without run-time checks, in debug builds too.
#if arch(x86_64)
  let vector: [SwiftSetting] = [.unsafeFlags(["-Xcc", "-mavx2", "-Xcc", "-mfma"])]
#else
  let vector: [SwiftSetting] = []
#endif
let numeric =
  vector + [
    .unsafeFlags(["-Ounchecked"]),
    .unsafeFlags(["-whole-module-optimization", "-num-threads", "2"], .when(configuration: .debug)),
  ]

/// Tests that compute little themselves are not optimized, because that would only take time.
let test: [SwiftSetting] = [.unsafeFlags(["-Onone"], .when(configuration: .release))]

let package = Package(
  name: "gradflow",
  products: [
    .executable(name: "gradflow", targets: ["gradflow"]),
    // For the package in Benchmarks/Kernels, which measures kernels one by one.
    .library(name: "FlowMath", targets: ["FlowMath"]),
    .library(name: "FlowNet", targets: ["FlowNet"]),
    // For the package in Tests/Fuzz.
    .library(name: "ReaderProperties", targets: ["ReaderProperties"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
  ],
  targets: [
    .target(name: "CSystem"),
    .target(name: "CRegister"),
    .target(name: "FlowMath", dependencies: ["CRegister", "CSystem"], swiftSettings: numeric),
    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    // It reads files from anywhere, so it keeps the run-time checks.
    .target(name: "FlowData", dependencies: ["FlowMath", "FlowText", "CZlib"], swiftSettings: vector),
    .target(name: "FlowReading", dependencies: ["FlowTables", "FlowData", "FlowMath", "CZlib"], swiftSettings: vector),
    .target(name: "FlowNet", dependencies: ["FlowData", "FlowMath", "CRegister"], swiftSettings: numeric),
    .target(name: "FlowTheory", dependencies: ["FlowNet", "FlowData", "FlowMath"], swiftSettings: numeric),
    .target(name: "FlowClinic", dependencies: ["FlowNet", "FlowData", "FlowMath"]),
    .target(name: "FlowText"),
    .target(name: "FlowLanguage", dependencies: ["FlowText"]),
    .target(name: "FlowTables", dependencies: ["FlowMath", "FlowText"]),
    .target(
      name: "FlowRuntime",
      dependencies: [
        "FlowLanguage", "FlowTables", "FlowText", "FlowMath",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .target(
      name: "FlowLab",
      dependencies: [
        "FlowRuntime", "FlowReading", "FlowClinic", "FlowTheory", "FlowNet", "FlowData", "FlowMath", "FlowLanguage",
        "FlowTables", "FlowText",
        .product(name: "OrderedCollections", package: "swift-collections"),
      ]),
    .target(
      name: "FlowArchive",
      dependencies: ["FlowRuntime", "FlowMath", .product(name: "GRDB", package: "GRDB.swift")]),
    // FlowData has the reader that bounds the size of a file and the time it may take.
    .target(
      name: "FlowTerminal",
      dependencies: [
        "FlowArchive", "FlowRuntime", "FlowLanguage", "FlowTables", "FlowText", "FlowMath", "FlowData", "CReadline",
        "CSystem", "CConfinement",
      ]),
    .target(name: "FlowManual", dependencies: ["FlowRuntime", "FlowLanguage", "FlowTables"]),
    .target(name: "CConfinement"),
    .target(name: "CReadline", dependencies: ["CSystem"], linkerSettings: [.linkedLibrary("readline")]),
    .executableTarget(
      name: "gradflow",
      dependencies: [
        "FlowLab", "FlowTerminal", "FlowManual", "FlowRuntime", "FlowLanguage", "FlowTables", "FlowMath", "FlowText",
        "CReadline", "CSystem",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .target(
      name: "ReaderProperties",
      dependencies: ["FlowData", "FlowReading", "FlowTables", "FlowLanguage", "FlowLab", "FlowTerminal", "CZlib"],
      path: "Tests/ReaderProperties"),
    .testTarget(
      name: "ReaderTests", dependencies: ["ReaderProperties"], resources: [.copy("Corpus")],
      swiftSettings: test),
    // Random test cases that are the same in every run.
    .target(name: "SeededRandom", path: "Tests/SeededRandom"),
    .testTarget(name: "FlowMathTests", dependencies: ["FlowMath", "SeededRandom"], resources: [.copy("Reference")]),
    .testTarget(name: "FlowDataTests", dependencies: ["FlowData", "CZlib"], swiftSettings: test),
    // Networks and data for the tests of the engine and of what is built on it.
    .target(
      name: "NetworkFixtures", dependencies: ["FlowNet", "FlowData", "FlowMath"], path: "Tests/NetworkFixtures"),
    .testTarget(
      name: "FlowNetTests", dependencies: ["FlowNet", "FlowData", "NetworkFixtures"], resources: [.copy("Reference")]),
    .testTarget(
      name: "FlowTheoryTests", dependencies: ["FlowTheory", "FlowNet", "FlowData", "NetworkFixtures"],
      resources: [.copy("Reference")], swiftSettings: test),
    .testTarget(
      name: "FlowClinicTests", dependencies: ["FlowClinic", "FlowNet", "FlowData", "NetworkFixtures"],
      swiftSettings: test),
    .testTarget(name: "FlowTextTests", dependencies: ["FlowText"], swiftSettings: test),
    .testTarget(
      name: "FlowLanguageTests", dependencies: ["FlowLanguage", "FlowText", "SeededRandom"], swiftSettings: test),
    .testTarget(
      name: "FlowReadingTests",
      dependencies: ["FlowReading", "FlowTables", "FlowData", "FlowMath", "FlowText", "SeededRandom"],
      resources: [.copy("Reference")], swiftSettings: test),
    .testTarget(
      name: "FlowTablesTests", dependencies: ["FlowTables", "FlowText", "SeededRandom"], swiftSettings: test),
    // A host in memory for the tests of the rooms above the engine.
    .target(
      name: "TestSupport", dependencies: ["FlowRuntime", "FlowLab", "FlowTerminal", "FlowLanguage", "FlowText"],
      path: "Tests/TestSupport"),
    .testTarget(
      name: "FlowRuntimeTests", dependencies: ["FlowRuntime", "TestSupport", "SeededRandom", "FlowMath", "FlowText"],
      swiftSettings: test),
    // Random networks with and without faults, to measure how often diagnoses are right.
    .target(
      name: "SickNetworks", dependencies: ["FlowClinic", "FlowNet", "FlowData", "FlowMath", "NetworkFixtures"],
      path: "Tests/SickNetworks"),
    .testTarget(
      name: "FlowLabTests",
      dependencies: ["FlowLab", "FlowArchive", "NetworkFixtures", "SeededRandom", "SickNetworks", "TestSupport"],
      exclude: [
        "Habits/everyday.txt", "Habits/julia.txt", "Habits/matlab.txt", "Habits/python.txt", "Habits/r.txt",
        "Habits/shell.txt", "Habits/days.txt", "Habits/newcomer.txt",
      ],
      resources: [.copy("Cases")],
      swiftSettings: test),
    .testTarget(
      name: "FlowTerminalTests", dependencies: ["FlowTerminal", "TestSupport", "SeededRandom"], swiftSettings: test),
    .testTarget(
      name: "FlowManualTests", dependencies: ["FlowManual", "TestSupport", "SeededRandom"], exclude: ["HelpExamples"],
      swiftSettings: test),
    .testTarget(
      name: "gradflowTests",
      dependencies: ["gradflow", "TestSupport", "FlowLab", "FlowTerminal", "FlowLanguage", "FlowTables", "FlowText"],
      // Pseudo terminals are an extension of the C library.
      swiftSettings: test + [.unsafeFlags(["-Xcc", "-D_GNU_SOURCE"])]),
  ],
  swiftLanguageModes: [.v6]
)

// SwiftPM compiles a target again only if one of its own dependencies has changed. But a target also contains code of
// indirect ones: functions that were inlined, and the layout of types. So each target gets these as its own, too. The
// list above need not repeat them.
for target in package.targets { target.dependencies = target.allDependencies(among: package.targets) }

extension Target {
  func allDependencies(among targets: [Target]) -> [Dependency] {
    var names: Set<String> = []
    var all: [Dependency] = []
    for dependency in dependencies {
      guard case .byNameItem(let name, _) = dependency else {
        all.append(dependency)
        continue
      }
      let indirect = targets.first { $0.name == name }?.allDependencies(among: targets) ?? []
      for case .byNameItem(let name, _) in indirect + [dependency] where names.insert(name).inserted {
        all.append(.byName(name: name))
      }
    }
    return all
  }
}
