// SPDX-License-Identifier: GPL-3.0-or-later
import CReadline
import FlowLanguage
import FlowShell
import FlowTables
import Glibc

/// Does what the options say.
struct Launch {
  private let options: Options
  private let switches: Switches
  private let style: DiagnosticStyle
  private let host: Host
  /// The seconds the program may take.
  private let seconds: Double?

  /// What a stranger's script may use; `--timeout` changes the time.
  private static let safeSeconds = 60.0
  private static let safeMemory: rlim_t = 4 << 30

  init(_ options: Options) {
    self.options = options
    let switches = options.switches
    self.switches = switches
    style = .terminal(
      form: switches.errorFormat == .short ? .short : .full,
      isColored: usesColor(switches.color, descriptor: STDERR_FILENO), width: StandardOutput.width() ?? 120)
    let seconds = switches.timeout ?? (switches.safe ? Self.safeSeconds : nil)
    self.seconds = seconds
    let isColored = usesColor(switches.color, descriptor: STDOUT_FILENO)
    host = .system(
      output: StandardOutput.write, flush: {}, note: note, width: StandardOutput.width, usesColour: { isColored },
      isInterrupted: { gf_interrupted() || gf_time_is_up() }, isSafe: switches.safe, arguments: options.arguments)
  }

  /// Gives the exit status.
  func run() -> Int32 {
    let interpreter = Interpreter(host: host, seed: switches.seed)
    do throws(Complaint) {
      try configure(&interpreter.settings)
      if let topic = switches.manual { return StandardOutput.print(try interpreter.manual(topic)) }
      let sources = try self.sources()
      let faults = sources.flatMap { switches.check ? check($0) : syntaxErrors(in: $0) }
      for fault in faults { show(fault) }
      if !faults.isEmpty { return faults.contains { $0.phase == .syntax } ? ExitStatus.syntax : ExitStatus.error }
      if switches.check { return 0 }
      limit()
      for source in sources {
        let status = run(source, interpreter)
        if let status, !isConversation { return status }
      }
    } catch {
      let hint = error.label.isEmpty ? "" : " (\(error.label))"
      note("error: \(error.message)\(hint)")
      return ExitStatus.usage
    }
    return isConversation ? converse(interpreter) : 0
  }

  private var isConversation: Bool {
    isatty(STDIN_FILENO) == 1 && (switches.interactive || switches.e.isEmpty && options.file == nil)
  }

  private func configure(_ settings: inout Settings) throws(Complaint) {
    try settings.set("format", to: switches.format)
    try settings.set("precision", to: switches.precision)
    try settings.set("progress", to: switches.progress)
    if let threads = switches.threads { try settings.set("threads", to: String(threads)) }
  }

  /// What is to be run before the prompt, if there is one.
  private func sources() throws(Complaint) -> [Source] {
    if !switches.e.isEmpty { return switches.e.map { Source(name: "-e", text: $0) } }
    if options.file == nil, isConversation { return [] }
    let path = options.file.flatMap { $0 == "-" ? nil : $0 }
    do throws(HostFailure) {
      return [Source(name: path ?? "stdin", bytes: try host.readFile(path ?? "/dev/stdin"))]
    } catch {
      let reason = if case .system(let text) = error { text } else { "the pipe is closed" }
      throw Complaint("unreadable-script", "cannot read '\(path ?? "stdin")': \(reason)")
    }
  }

  /// Runs a script; a status ends the program.
  private func run(_ source: Source, _ interpreter: Interpreter) -> Int32? {
    do throws(Diagnostic) {
      if case .exit(let status) = try interpreter.run(source) { return status }
      return nil
    } catch {
      switch error.code {
      case "closed-pipe": return ExitStatus.closedPipe
      case "interrupted" where !gf_interrupted():
        note("error: stopped after \(NumberStyle.shortest(seconds ?? 0)) s, the time allowed")
        return ExitStatus.error
      default:
        show(error)
        return error.code == "interrupted" ? ExitStatus.interrupted : ExitStatus.error
      }
    }
  }

  private func show(_ diagnostic: Diagnostic) { note(render(diagnostic, style: style)) }

  private func limit() {
    if let seconds { gf_time_limit(seconds) }
    if switches.safe {
      var memory = rlimit(rlim_cur: Self.safeMemory, rlim_max: Self.safeMemory)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
    }
  }

  private func converse(_ interpreter: Interpreter) -> Int32 {
    if !switches.quiet { note("\(Options.configuration.version)   ? shows help, Ctrl-D leaves") }
    let keyboard = Keyboard(isColored: style.isColored)
    let prompt = Prompt(
      interpreter: interpreter, reader: keyboard, history: switches.safe ? nil : UserFiles.history, style: style)
    if !switches.noInit, !switches.safe, let path = UserFiles.startUp, access(path, F_OK) == 0 {
      prompt.load(path)
    }
    return prompt.run()
  }
}
