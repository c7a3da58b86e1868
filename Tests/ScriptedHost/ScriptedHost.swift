// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowShell
import FlowText
import Synchronization

/// A host in memory: it keeps what a program writes and hands out files that a test lays down.
final class ScriptedHost: Sendable {
  struct State {
    var output = ""
    var notes: [String] = []
    var files: [String: [UInt8]] = [:]
    var piped: [(command: String, input: String)] = []
    var flushes = 0
  }

  let state = Mutex(State())

  func host(
    arguments: [String] = [], isSafe: Bool = false, width: Int? = nil,
    stopReason: @escaping @Sendable () -> StopReason? = { nil }
  ) -> Host {
    Host(
      output: { text in self.state.withLock { $0.output += text.raw } },
      flush: { self.state.withLock { $0.flushes += 1 } },
      note: { line in self.state.withLock { $0.notes.append(line.shown) } },
      width: { width },
      readFile: { path, _ throws(HostFailure) in
        guard let bytes = self.state.withLock({ $0.files[path] }) else {
          throw .system("No such file or directory")
        }
        return bytes
      },
      writeFile: { path, bytes in self.state.withLock { $0.files[path] = bytes } },
      pipe: { command, input in self.state.withLock { $0.piped.append((command, input)) } },
      list: { _ in self.state.withLock { $0.files.keys.sorted() } },
      clock: { 0 }, stopReason: stopReason, isSafe: isSafe, arguments: arguments)
  }

  var output: String { state.withLock { $0.output } }
  var notes: [String] { state.withLock { $0.notes } }

  func text(ofFile path: String) -> String? {
    state.withLock { $0.files[path].map { String(decoding: $0, as: UTF8.self) } }
  }
}

/// What a script prints as TSV, or the short form of its diagnostic after what it printed before.
func transcript(
  _ text: String, arguments: [String] = [], width: Int? = nil, echo: Interpreter.Echo = .script
) -> String {
  let scripted = ScriptedHost()
  let interpreter = Interpreter(host: scripted.host(arguments: arguments, width: width))
  do throws(Diagnostic) {
    try interpreter.run(Source(name: "test", text: text), echo: echo)
  } catch {
    return scripted.output + render(error, style: DiagnosticStyle(form: .short)).raw + "\n"
  }
  return scripted.output
}

/// The diagnostic that a script ends in.
func fault(_ text: String, arguments: [String] = []) -> Diagnostic? {
  let interpreter = Interpreter(host: ScriptedHost().host(arguments: arguments))
  do throws(Diagnostic) {
    try interpreter.run(Source(name: "test", text: text))
  } catch {
    return error
  }
  return nil
}
