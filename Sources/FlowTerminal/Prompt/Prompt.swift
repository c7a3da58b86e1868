// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowText

/// The interactive prompt. It reads entries, keeps a history, runs the entries, and continues after errors.
package final class Prompt {
  let interpreter: Interpreter
  let reader: any LineReader
  let style: DiagnosticStyle
  private let history: HistoryFile?
  private var entryCount = 0
  /// What has run, for `:save`.
  var log = SessionLog()
  /// The texts of functions from the editor that failed, each with the source of the function that it was to replace.
  var drafts: [String: (text: String, origin: String)] = [:]
  /// All entries, from the oldest to the newest, including those of earlier sessions.
  private(set) var entries: [String] = []
  /// The last shell command of this session, which `!!` repeats.
  private var lastCommand: String?
  /// The exit status. Nil while the prompt runs.
  var exitStatus: Int32?

  /// Creates a prompt for an interpreter. Without a history file, entries are not stored.
  package init(
    interpreter: Interpreter, reader: any LineReader, history: HistoryFile?, style: DiagnosticStyle = DiagnosticStyle()
  ) {
    self.interpreter = interpreter
    self.reader = reader
    self.history = history
    self.style = style
  }

  var host: Host { interpreter.session.host }

  /// Runs entries until the user leaves or the time limit is reached, and returns the exit status.
  package func run() -> Int32 {
    for entry in history?.load() ?? [] {
      // The line editor may show control characters unescaped. In a string, the escape has the same meaning.
      reader.remember(entry.visible(keeping: StyledText.layout))
      entries.append(entry)
    }
    while exitStatus == nil, !isOutOfTime, let entry = readEntry() {
      remember(entry)
      reader.resetInterrupt()
      process(entry)
    }
    if exitStatus == nil, isOutOfTime, let reason = host.stopReason() { return interpreter.report(reason) }
    return exitStatus ?? 0
  }

  /// A Boolean value that indicates whether the time limit has been reached.
  private var isOutOfTime: Bool {
    if case .timeLimit? = host.stopReason() { true } else { false }
  }

  /// Runs a script of the user, such as the start-up file, and shows its errors.
  package func load(_ path: String) {
    attempt { () throws(Complaint) in
      let source = try interpreter.session.readScript(path)
      let isComplete = execute(source, echo: .script)
      log.add(preamble: lastRun(source, isComplete: isComplete))
    }
  }

  /// Records that a script ran before the prompt, so that `:save` can repeat it.
  package func noteRun(_ source: Source, _ trace: Interpreter.Trace) {
    log.add(preamble: .init(source: source, trace: trace, isComplete: false))
  }

  /// Returns what the interpreter has run last.
  private func lastRun(_ source: Source, isComplete: Bool) -> SessionLog.Run {
    .init(
      source: source, trace: interpreter.trace, isComplete: isComplete,
      isInterrupted: host.stopReason() == .interrupt)
  }

  /// Runs a source and shows its error, if any. Returns whether it succeeded. `:save` repeats it.
  @discardableResult
  func run(_ source: Source, echo: Interpreter.Echo) -> Bool {
    let isComplete = execute(source, echo: echo)
    log.add(lastRun(source, isComplete: isComplete))
    return isComplete
  }

  /// Runs a source and shows its error, if any. Returns whether it succeeded.
  private func execute(_ source: Source, echo: Interpreter.Echo) -> Bool {
    interpreter.showHints(source, isScript: false, style: style)
    do throws(Diagnostic) {
      if case .exit(let status) = try interpreter.run(source, echo: echo) { exitStatus = status }
      return true
    } catch {
      switch error.code {
      // The reader of the output has closed it. That ends only the output.
      case ErrorCode.closedPipe: break
      // The user requested it, so no location is shown.
      case ErrorCode.interrupted: host.note("\(error.message)")
      // The error has been shown, so the prompt ends without repeating it.
      case ErrorCode.timeLimit:
        host.note(render(error, style: style))
        exitStatus = ExitStatus.error
      default: host.note(render(error, style: style))
      }
      return false
    }
  }

  /// Reads lines until the entry is complete. Returns nil if the prompt is to end.
  private func readEntry() -> String? {
    var entry = ""
    while true {
      switch reader.readLine(entry.isEmpty ? .primary : .continuation, assistant(after: entry)) {
      case .line(let line):
        entry += (entry.isEmpty ? "" : "\n") + withoutPrompts(line)
        if entry.allSatisfy(\.isWhitespace) {
          entry = ""
        } else if isComplete(entry) {
          return entry
        }
      case .interrupted(let dropped):
        if entry.isEmpty, dropped.isEmpty { host.note("(Ctrl-D or :quit to leave)") }
        entry = ""
      case .edit(let line):
        let whole = entry + (entry.isEmpty ? "" : "\n") + withoutPrompts(line)
        entry = ""
        if let edited = edit(whole) { return edited }
      case .end:
        if entry.isEmpty || isOutOfTime { return nil }
        entry = ""
      }
    }
  }

  private func assistant(after entry: String) -> LineAssistant {
    let registry = interpreter.registry
    let highlighter = Highlighter { registry[$0] != nil }
    return LineAssistant(
      complete: { [interpreter] line, start, cursor in
        interpreter.candidates(in: line, after: entry, wordStart: start, cursor: cursor)
      },
      styles: { line, cursor in
        highlighter.styles(line, after: entry.isEmpty ? "" : entry + "\n", cursor: cursor).map(\.rawValue)
      })
  }

  private func isComplete(_ entry: String) -> Bool {
    if PromptLine(entry) != nil { return true }
    if case .incomplete = completeness(of: entry) { return false }
    return true
  }

  /// Adds an entry to the history, unless it repeats the last one or begins with a space. Called before the entry runs,
  /// so that it is kept even if the program ends.
  func remember(_ entry: String) {
    guard entry != entries.last, entry.first?.isWhitespace == false else { return }
    entries.append(entry)
    reader.remember(entry)
    history?.append(entry)
  }

  /// Runs an entry. Returns whether it succeeded, or was not source code.
  @discardableResult
  func process(_ entry: String) -> Bool {
    entryCount += 1
    switch PromptLine(entry) ?? commandWord(entry.trimmed) {
    case .meta(let name, let argument): runMeta(name, argument)
    case .command(let command): runCommand(command)
    case .help(let topic): showHelp(topic)
    case .search(let text): showText(interpreter.manual.search(text))
    case nil: return run(Source(name: "[\(entryCount)]", text: entry), echo: .prompt)
    }
    return true
  }

  /// Returns the command for a line that is one in other shells, such as `help flow` or `help(flow)`, unless the user has
  /// defined a variable of that name.
  private func commandWord(_ line: String) -> PromptLine? {
    let word = String(line.prefix { $0.isLetter })
    if interpreter.globals.contains(where: { $0.name == word }) { return nil }
    let rest = line.dropFirst(word.count)
    guard rest.first.map({ $0.isWhitespace || $0 == "(" }) ?? true else { return nil }
    var argument = rest.trimmed
    if argument.hasPrefix("("), argument.hasSuffix(")") { argument = argument.dropFirst().dropLast().trimmed }
    switch word {
    case "help" where !argument.contains("\n") && !argument.hasPrefix("=") && !argument.hasPrefix("|>"):
      if let quote = argument.first, "\"'".contains(quote), argument.last == quote, argument.count > 1 {
        argument = argument.dropFirst().dropLast().trimmed
      }
      return .help(topic: argument)
    case "quit" where argument.isEmpty, "exit" where line == word: return .meta(name: "quit", argument: "")
    default: return nil
    }
  }

  /// Shows the help page about a topic, or the overview.
  func showHelp(_ topic: String) {
    attempt { () throws(Complaint) in showText(try interpreter.manual.page(topic)) }
  }

  /// Shows a text in the pager, or as a note if there is no pager.
  func showText(_ text: String) {
    if (try? host.page("\(text)")) != true { host.note("\(text)") }
  }

  private func runCommand(_ command: String) {
    attempt { () throws(Complaint) in
      let command = try repeated(command)
      let words = command.split(whereSeparator: \.isWhitespace)
      if words.first == "cd", !command.contains(where: { ";&|".contains($0) }) {
        throw Complaint(
          "folder-of-a-command", "'!cd' changes the folder of the shell that runs it, which then ends",
          label: "write :\(words.joined(separator: " "))")
      }
      try interpreter.session.allow("running a command")
      if !command.isEmpty { lastCommand = command }
      reader.runCommand(command)
    }
  }

  /// Returns the command to run for one that begins with `!`, which stands for the last command, as in a shell.
  private func repeated(_ command: String) throws(Complaint) -> String {
    guard command.hasPrefix("!") else { return command }
    guard let lastCommand else {
      throw Complaint("no-command", "this session has run no command that '!!' could repeat")
    }
    let whole = lastCommand + command.dropFirst()
    host.note("!\(whole)")
    return whole
  }

  /// Runs code that is not a source, and shows its error, if any.
  func attempt(_ body: () throws(Complaint) -> Void) {
    do throws(Complaint) {
      try body()
    } catch {
      show(error)
    }
  }

  private func show(_ complaint: Complaint) {
    if complaint.code == ErrorCode.closedPipe { return }
    let hint = complaint.label.isEmpty ? "" : " (\(complaint.label))"
    host.note(render(Diagnostic(code: complaint.code, complaint.message + hint, notes: complaint.notes), style: style))
  }
}
