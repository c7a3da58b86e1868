// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Tests which functions the program imports from system libraries.
@Suite struct LibraryTests {
  /// Functions with the same results on every system, because they are exact or correctly rounded.
  private static let exact: Set<String> = [
    "ceil", "fabs", "floor", "fma", "fmax", "fmin", "fmod", "rint", "round", "sqrt", "trunc",
  ]
  private static let mathematical =
    [
      "acos", "asin", "atan", "atan2", "cbrt", "cos", "cosh", "erf", "erfc", "exp", "exp10", "exp2", "expm1", "hypot",
      "lgamma", "log", "log10", "log1p", "log2", "pow", "sin", "sincos", "sinh", "tan", "tanh", "tgamma",
    ] + exact

  /// Otherwise the results of a script would depend on the system's libm.
  @Test(.enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/nm"), "needs nm"))
  func noElementaryFunctionIsImported() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/nm")
    process.arguments = ["--dynamic", "--undefined-only", Program.path]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    let symbols = text.split(separator: "\n").compactMap {
      $0.split(separator: " ").last?.split(separator: "@").first.map(String.init)
    }
    // The list must not be empty: memory functions are always imported.
    #expect(symbols.contains("malloc") || symbols.contains("free"))
    let known = Set(Self.mathematical.flatMap { [$0, $0 + "f", $0 + "l"] })
    let allowed = Set(Self.exact.flatMap { [$0, $0 + "f", $0 + "l"] })
    #expect(symbols.filter { known.contains($0) && !allowed.contains($0) } == [])
  }
}
