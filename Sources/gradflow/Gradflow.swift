// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import CReadline
import CSystem
import FlowMath
import FlowRuntime
import FlowTerminal
import Glibc

@main
enum Gradflow {
  static func main() {
    gf_crash_reporter_off()
    gf_stop_word(StopToken.process.word)
    gf_memory_arm()
    gf_signals_start()
    gf_memory_keep_freed()
    exit(status(CommandLine.arguments.dropFirst()))
  }

  private static func status(_ arguments: ArraySlice<String>) -> Int32 {
    do {
      return try Launch(Options.parse(Array(arguments))).run()
    } catch {
      let text = Options.fullMessage(for: error)
      // Help, the version and completion scripts were requested, so they go to standard output.
      if Options.exitCode(for: error) == .success { return answer(withoutHelpCommand(text) + "\n") }
      note("\(text)")
      return ExitStatus.usage
    }
  }
}

/// Removes the `help` command from a completion script. The argument parser adds it to every script although the
/// program has no such command. In zsh it prevents all other completions.
private func withoutHelpCommand(_ text: String) -> String {
  let parts = ["'(-): :->command'", "'(-)*:: :->arg'", "Show subcommand help information.", "compgen -W 'help'"]
  let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  return lines.filter { line in !parts.contains { line.contains($0) } }.joined(separator: "\n")
}

/// Writes output of the program itself to standard output and returns the exit status.
func answer(_ text: String) -> Int32 {
  do throws(HostFailure) {
    try SystemStream.output.write("\(text)")
    return 0
  } catch {
    guard case .system(let reason, _) = error else { return ExitStatus.closedPipe }
    note("error: cannot write the output: \(reason)")
    return ExitStatus.error
  }
}
