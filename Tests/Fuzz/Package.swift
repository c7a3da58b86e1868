// swift-tools-version: 6.1
// SPDX-License-Identifier: GPL-3.0-or-later
import PackageDescription

let package = Package(
  name: "fuzz",
  dependencies: [
    // Named explicitly, because the folder of a checkout can have any name.
    .package(name: "gradflow", path: "../..")
  ],
  targets: [
    .executableTarget(
      name: "fuzz", dependencies: [.product(name: "ReaderProperties", package: "gradflow")])
  ],
  swiftLanguageModes: [.v6]
)
