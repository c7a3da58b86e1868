// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The exit statuses of the program.
package enum ExitStatus {
  /// An error at run time.
  package static let error: Int32 = 1
  /// Invalid options.
  package static let usage: Int32 = 2
  /// A syntax error. Nothing was run.
  package static let syntax: Int32 = 3
  /// The user interrupted it, as with Ctrl-C.
  package static let interrupted: Int32 = 130
  /// The reader closed the output.
  package static let closedPipe: Int32 = 141

  /// The descriptions of all statuses, for the help.
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
  /// Checks scripts before any of them runs and shows their errors: syntax errors and, if `names` is true, unknown names
  /// and wrong arguments. Returns the exit status to end with, or nil if there are no errors.
  ///
  /// - Parameter codes: Sources that run before each of the scripts, which see their variables.
  package func check(_ scripts: [Source], after codes: [Source], names: Bool, style: DiagnosticStyle) -> Int32? {
    let programs = scripts.isEmpty ? [codes] : scripts.map { codes + [$0] }
    let faults = programs.flatMap { sources in
      let parts = sources.flatMap { source in
        IncludedFiles(inclusions: Inclusions(of: source, session: session), mustExist: names).parts(of: source)
      }
      return names ? staticErrors(in: parts, registry: registry) : parts.flatMap(\.faults)
    }
    // A source that belongs to several programs is checked with each of them.
    var shown: Set<String> = []
    for fault in faults where shown.insert(identity(of: fault)).inserted {
      session.host.note(render(namingColumn(registry.completed(fault)), style: style))
    }
    if faults.isEmpty { return nil }
    return faults.contains { $0.phase == .syntax } ? ExitStatus.syntax : ExitStatus.error
  }

  /// Returns a text that is equal for equal errors at the same place of a file, however its path is written.
  private func identity(of fault: Diagnostic) -> String {
    let place = fault.labels.first.map { "\(session.host.canonicalPath($0.source.name)):\($0.range.start)" } ?? ""
    return "\(place): \(fault.message)"
  }

  /// Warns about arguments of the script that the program has not read, because they have no effect.
  package func noteUnreadArguments() {
    let unread = session.unreadArguments
    if unread.isEmpty { return }
    let words = unread.map { session.host.arguments[$0 - 1] }.joined(separator: " ")
    session.host.note("warning: the script did not read \(counted(unread.count, "argument")): \(words)")
  }

  /// Shows the reason for stopping and returns the exit status.
  package func report(_ reason: StopReason) -> Int32 {
    session.host.note("error: \(reason.complaint.message)")
    return reason == .interrupt ? ExitStatus.interrupted : ExitStatus.error
  }

  /// Shows notes about code that is legal but probably means something else.
  ///
  /// - Parameter isScript: Whether bare names of functions do nothing useful, unlike at the prompt.
  package func showHints(_ source: Source, isScript: Bool, style: DiagnosticStyle) {
    for hint in hints(in: source, isScript: isScript) { session.host.note(render(hint, style: style)) }
  }

  /// Returns the notes that `showHints` shows.
  package func hints(in source: Source, isScript: Bool) -> [Diagnostic] {
    guard let program = try? parse(MetaLine.split(source).text) else { return [] }
    return Hints.of(program, registry: registry, known: Set(session.globals.values.keys), isScript: isScript)
  }

  /// Runs a source as a script and shows its error, if any. Returns the exit status, or nil if the program should continue.
  package func runScript(_ source: Source, style: DiagnosticStyle) -> Int32? {
    showHints(source, isScript: true, style: style)
    do throws(Diagnostic) {
      if case .exit(let status) = try run(source) { return status }
      // An interrupted training keeps its partial result, but the script did not complete.
      guard let reason = session.host.stopReason() else { return nil }
      return report(reason)
    } catch {
      if error.code == ErrorCode.closedPipe { return ExitStatus.closedPipe }
      session.host.note(render(error, style: style))
      return error.code == ErrorCode.interrupted ? ExitStatus.interrupted : ExitStatus.error
    }
  }
}
