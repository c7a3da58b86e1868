// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The statuses that the program itself ends with.
package enum ExitStatus {
  /// An error while running.
  package static let error: Int32 = 1
  /// Wrong options.
  package static let usage: Int32 = 2
  /// Text that cannot be read; nothing was run.
  package static let syntax: Int32 = 3
  /// The user asked to stop.
  package static let interrupted: Int32 = 130
  /// The reader of the output has gone.
  package static let closedPipe: Int32 = 141

  /// All of them, for readers.
  package static let glosses = [
    Gloss("0", "success"),
    Gloss("\(error)", "an error at run time, or a failed assertion"),
    Gloss("\(usage)", "wrong usage"),
    Gloss("\(syntax)", "a syntax error (nothing was run)"),
    Gloss("\(interrupted)", "interrupted by Ctrl-C"),
    Gloss("\(closedPipe)", "the reader closed the output"),
    Gloss("any other", "the status given to exit(n)"),
  ]
}

extension Interpreter {
  /// Shows what is wrong with the texts, before any of them runs: their syntax, and with `names` the names and arguments
  /// that they use too. Gives the status to end with, nil where nothing is wrong.
  package func check(_ sources: [Source], names: Bool, style: DiagnosticStyle) -> Int32? {
    let faults = sources.flatMap { names ? staticErrors(in: $0, registry: session.registry) : syntaxErrors(in: $0) }
    for fault in faults { session.host.note(render(fault, style: style)) }
    if faults.isEmpty { return nil }
    return faults.contains { $0.phase == .syntax } ? ExitStatus.syntax : ExitStatus.error
  }

  /// Shows why the program stops and returns its exit status.
  package func report(_ reason: StopReason) -> Int32 {
    session.host.note("error: \(reason.complaint.message)")
    return reason == .interrupt ? ExitStatus.interrupted : ExitStatus.error
  }

  /// Runs a text as a script and shows its error; a status ends the program.
  package func runScript(_ source: Source, style: DiagnosticStyle) -> Int32? {
    do throws(Diagnostic) {
      if case .exit(let status) = try run(source) { return status }
      // A training that ended early keeps what it has, but the script has not done its work.
      guard let reason = session.host.stopReason() else { return nil }
      return report(reason)
    } catch {
      if error.code == "closed-pipe" { return ExitStatus.closedPipe }
      session.host.note(render(error, style: style))
      return error.code == "interrupted" ? ExitStatus.interrupted : ExitStatus.error
    }
  }
}
