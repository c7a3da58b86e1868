// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Glibc
import Testing

/// Runs the program on an emulated processor (qemu-user) without the instructions that the numeric targets require.
@Suite(.enabled(if: emulator != nil, "there is no qemu-x86_64, or the program is not for x86-64"))
struct ProcessorTests {
  /// Whatever the arguments, the program prints one sentence and exits with status 1, instead of being killed by an
  /// illegal instruction.
  @Test(arguments: [["-e", "flow(chain(8, sigmoid, width: 32))"], ["-e", "1"], ["--version"], ["--help"]])
  func oldProcessorsAreRejected(_ arguments: [String]) throws {
    let result = try Program.run(
      ["-cpu", "Nehalem", Program.path] + arguments, of: #require(emulator))
    #expect(result.status == 1)
    #expect(result.output == "")
    #expect(result.errors.contains("AVX2 and FMA"))
    #expect(result.errors.split(separator: "\n").count { !$0.hasPrefix("qemu-x86_64: warning") } == 1)
  }

  @Test func newProcessorsAreAccepted() throws {
    let result = try Program.run(["-cpu", "Haswell", Program.path, "-e", "1 + 2"], of: #require(emulator))
    #expect(result.status == 0)
    #expect(result.output == "3\n")
  }
}

private let emulator: String? = {
  #if arch(x86_64)
    return ["/usr/bin/qemu-x86_64", "/usr/bin/qemu-x86_64-static"].first { access($0, X_OK) == 0 }
  #else
    return nil
  #endif
}()
