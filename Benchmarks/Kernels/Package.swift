// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

/// The loops over the elementary functions are inlined into the benchmarks, so the benchmarks use the same settings as
/// gradflow's numeric targets.
#if arch(x86_64)
  let numeric: [SwiftSetting] = [.unsafeFlags(["-Ounchecked", "-Xcc", "-mavx2", "-Xcc", "-mfma"])]
#else
  let numeric: [SwiftSetting] = [.unsafeFlags(["-Ounchecked"])]
#endif

let package = Package(
  name: "kernels",
  dependencies: [
    // Named explicitly, because the folder of a checkout may have any name.
    .package(name: "gradflow", path: "../.."),
    // Without the trait for jemalloc: only times are measured, and the program itself does not use jemalloc.
    .package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: []),
  ],
  targets: [
    .executableTarget(
      name: "Kernels",
      dependencies: [
        .product(name: "FlowMath", package: "gradflow"),
        .product(name: "FlowNet", package: "gradflow"),
        .product(name: "Benchmark", package: "benchmark"),
      ],
      // The plugin finds benchmarks only in a folder of this name.
      path: "Benchmarks/Kernels", swiftSettings: numeric,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")])
  ],
  swiftLanguageModes: [.v6]
)
