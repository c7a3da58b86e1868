// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

/// Tests that the operations on registers are instructions.
@Suite struct RegisterTests {
  #if DEBUG
    private static let isOptimized = false
  #else
    private static let isOptimized = true
  #endif
  private static let disassembler = "/usr/bin/objdump"

  /// The compiler does not inline calls in thunks, and the optimizer makes a thunk of a closure that does not use all
  /// its arguments. A loop in such a closure is several times slower. Protocol witnesses are thunks as well, but
  /// optimized code does not call them.
  @Test(
    .enabled(if: isOptimized, "the targets above the engine are not optimized in debug builds"),
    .enabled(if: FileManager.default.isExecutableFile(atPath: disassembler), "needs objdump"))
  func noOperationIsACall() throws {
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/bin/bash")
    // The names of functions, and the calls of functions of CRegister, whose names are mangled because they are
    // overloaded.
    process.arguments = [
      "-c", #"\#(Self.disassembler) -d --no-show-raw-insn "$1" | grep -E '^[0-9a-f]+ <|(call|bl) .*<_ZL[0-9]+gf_'"#,
      "bash", Program.path,
    ]
    process.standardOutput = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    var function: Substring = ""
    var functions = 0
    var callers: Set<Substring> = []
    for line in text.split(separator: "\n") {
      if line.hasSuffix(">:") {
        function = line.drop { $0 != "<" }.dropFirst().dropLast(2)
        functions += 1
      } else if !function.hasSuffix("TW") {
        callers.insert(function)
      }
    }
    #expect(functions > 1000)
    #expect(callers == [])
  }
}
