// SPDX-License-Identifier: GPL-3.0-or-later
import CReadline
import FlowLanguage
import FlowRuntime
import FlowTables
import FlowTerminal
import Glibc

/// Runs the program with the given options.
struct Launch {
  private let options: Options
  private let switches: Switches
  private let style: DiagnosticStyle
  private let host: Host
  private let limits: Limits

  init(_ options: Options) {
    self.options = options
    let switches = options.switches
    self.switches = switches
    style = .terminal(
      form: switches.errorFormat == .short ? .short : .full,
      isColored: switches.color.shows(on: .error), width: { SystemStream.error.width })
    let limits = Limits(switches)
    self.limits = limits
    var host = Host.system(
      program: Options.configuration.version, usesColour: switches.color.shows(on: .output),
      stopReason: limits.stopReason, isSafe: switches.safe,
      arguments: options.arguments)
    host.promptsOnInput = Self.isConversation(options)
    self.host = host
  }

  /// Runs the program and returns the exit status.
  func run() -> Int32 {
    if switches.generateManualPage { return answer(Options.manualPage) }
    let interpreter = Interpreter(host: host, registry: .program, seed: switches.seed)
    // Never released: the process is about to end, and releasing a deeply nested value needs an equally deep stack.
    _ = Unmanaged.passRetained(interpreter)
    var ran: [Ran] = []
    do throws(Complaint) {
      try configure(&interpreter.settings)
      if let topic = switches.manual { return answer(try interpreter.manual.page(topic)) }
      // The environment must not influence what an untrusted script computes.
      if switches.safe { unsetenv("GRADFLOW_DATA") }
      // Reading a script can block, so the time limit starts first.
      if !isConversation { limits.begin() }
      if switches.check { return check(with: interpreter) }
      let (codes, scripts) = (self.codes, try self.scripts())
      if let status = interpreter.check(scripts, after: codes, names: false, style: style) { return status }
      if isConversation { limits.begin() }
      for source in codes + scripts {
        let status = interpreter.runScript(source, style: style)
        if let status, !isConversation { return status }
        ran.append((source, interpreter.trace))
      }
    } catch {
      if let reason = host.stopReason() { return interpreter.report(reason) }
      return refuse(error)
    }
    if isConversation { return converse(interpreter, after: ran) }
    interpreter.noteUnreadArguments()
    return 0
  }

  /// Shows an error of the usage and returns the exit status.
  private func refuse(_ error: Complaint) -> Int32 {
    let hint = error.label.isEmpty ? "" : " (\(error.label))"
    note("error: \(error.message)\(hint)")
    return ExitStatus.usage
  }

  /// Checks all sources that can be read and returns the exit status.
  private func check(with interpreter: Interpreter) -> Int32 {
    var scripts: [Source] = []
    var unreadable: [Complaint] = []
    for path in options.files {
      do throws(Complaint) { scripts.append(try source(path)) } catch { unreadable.append(error) }
    }
    let status = interpreter.check(scripts, after: codes, names: true, style: style)
    return unreadable.map(refuse).last ?? status ?? 0
  }

  private var isConversation: Bool { host.promptsOnInput }

  /// Whether the options and the streams call for a prompt.
  private static func isConversation(_ options: Options) -> Bool {
    let switches = options.switches
    return isatty(STDIN_FILENO) == 1 && (switches.interactive || switches.e.isEmpty && options.files.isEmpty)
  }

  private func configure(_ settings: inout Settings) throws(Complaint) {
    try settings.set("format", to: switches.format)
    try settings.set("nonfinite", to: switches.nonfinite)
    settings.formatOptions.hasHeader = !switches.noHeader
    settings.addsProvenance = switches.provenance
    try settings.set("precision", to: switches.precision)
    try settings.set("progress", to: switches.progress)
    if let shard = switches.shard {
      settings.shard = try Shard(shard) { name in getenv(name).map { String(cString: $0) } }
    }
    if let threads = switches.threads { try settings.set("threads", to: String(threads)) }
  }

  /// The code of each `-e`, which runs before the script.
  private var codes: [Source] {
    let isSingle = switches.e.count == 1
    return zip(1..., switches.e).map { Source(name: isSingle ? "-e" : "-e \($0)", text: $1) }
  }

  /// Returns the script to run.
  private func scripts() throws(Complaint) -> [Source] {
    var scripts = try options.files.map(source)
    if switches.e.isEmpty, scripts.isEmpty, !isConversation { scripts.append(try source("-")) }
    return scripts
  }

  /// Reads a script. The path `-` is standard input.
  private func source(_ path: String) throws(Complaint) -> Source {
    do throws(HostFailure) {
      if path == "-" { return Source(name: "stdin", bytes: try host.readFile("/dev/stdin", Source.limit)) }
      return Source(script: path, bytes: try host.readFile(path, Source.limit))
    } catch {
      var (reason, label) = ("the pipe is closed", "")
      if case .system(let text, let hint) = error {
        reason = text
        if let hint, hint.hasPrefix("did you mean") { label = hint }
      }
      throw Complaint("unreadable-script", "cannot read '\(path == "-" ? "stdin" : path)': \(reason)", label: label)
    }
  }

  /// A source that was run before the prompt.
  private typealias Ran = (source: Source, trace: Interpreter.Trace)

  private func converse(_ interpreter: Interpreter, after ran: [Ran]) -> Int32 {
    if !switches.quiet { note("\(Options.configuration.version)   ? for help, Ctrl-D to quit") }
    let keyboard = Keyboard(isColored: style.isColored)
    let prompt = Prompt(
      interpreter: interpreter, reader: keyboard, history: switches.safe ? nil : UserFiles.history, style: style)
    for run in ran { prompt.noteRun(run.source, run.trace) }
    if !switches.noInit, !switches.safe, let path = UserFiles.findStartUp() {
      prompt.load(path)
    }
    return prompt.run()
  }
}
