// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import CReadline
import Glibc

/// The statuses that the program itself ends with.
enum ExitStatus {
  static let error: Int32 = 1
  static let usage: Int32 = 2
  static let syntax: Int32 = 3
  static let interrupted: Int32 = 130
  static let closedPipe: Int32 = 141
}

@main
enum Gradflow {
  static func main() {
    gf_crash_reporter_off()
    gf_signals_start()
    exit(status(CommandLine.arguments.dropFirst()))
  }

  private static func status(_ arguments: ArraySlice<String>) -> Int32 {
    do {
      return try Launch(Options.parse(Array(arguments))).run()
    } catch {
      let text = Options.fullMessage(for: error)
      // Help and version were asked for, so they are data.
      if Options.exitCode(for: error) == .success {
        return StandardOutput.print(text + "\n")
      }
      note(text)
      return ExitStatus.usage
    }
  }
}
