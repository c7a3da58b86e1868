// SPDX-License-Identifier: GPL-3.0-or-later
import FlowArchive
import FlowLab
import FlowLanguage
import FlowRuntime
import FlowTerminal
import FlowText
import Synchronization

/// A host in memory. It records the output of a program and provides the files that a test sets.
package final class ScriptedHost: Sendable {
  package struct State {
    package var output = ""
    package var notes: [String] = []
    package var files: [String: [UInt8]] = [:]
    package var piped: [(command: String, input: String)] = []
    package var flushes = 0
    package var databases: [String: SQLiteFile] = [:]
    package var variables: [String: String] = [:]
    package var folder = "/place"
  }

  package init() {}

  package let state = Mutex(State())

  /// The name of a file, or that of a folder with its slash.
  private static func firstPart(of path: Substring) -> String {
    path.firstIndex(of: "/").map { String(path[...$0]) } ?? String(path)
  }

  package func host(
    arguments: [String] = [], isSafe: Bool = false, width: Int? = nil,
    stopReason: @escaping @Sendable () -> StopReason? = { nil }
  ) -> Host {
    var host = Host(
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
      openDatabase: { path, access throws(Complaint) in try self.database(path, access) },
      pipe: { command, input in self.state.withLock { $0.piped.append((command, input)) } },
      list: { folder in
        let paths = self.state.withLock { $0.files.keys.filter { $0.hasPrefix(folder) } }
        return Set(paths.map { Self.firstPart(of: $0.dropFirst(folder.count)) }).sorted()
      },
      clock: { 0 }, stopReason: stopReason, isSafe: isSafe, arguments: arguments)
    host.program = "gradflow 0"
    host.variable = { name in self.state.withLock { $0.variables[name] } }
    host.exists = { path in self.state.withLock { $0.files[path] != nil } }
    host.canonicalPath = { path in path == "." ? self.state.withLock { $0.folder } : path }
    host.changeFolder = { path throws(HostFailure) in
      if path == "missing" { throw .system("No such file or directory") }
      return self.state.withLock { state in
        state.folder = path.hasPrefix("/") ? path : path.isEmpty || path == "~" ? "/home" : state.folder + "/" + path
        return state.folder
      }
    }
    host.openForWriting = { path in
      self.state.withLock { $0.files[path] = [] }
      return HostFile { bytes in self.state.withLock { $0.files[path]! += bytes } }
    }
    return host
  }

  /// Returns the database in memory with the given path.
  private func database(_ path: String, _ access: DatabaseAccess) throws(Complaint) -> SQLiteFile {
    if access != .inMemory, let known = state.withLock({ $0.databases[path] }) { return known }
    if access == .reading { throw Complaint("input-output", "cannot read '\(path)': No such file or directory") }
    let new = try SQLiteFile(path: path, name: path, access: .inMemory)
    if access == .inMemory { return new }
    state.withLock { $0.databases[path] = new }
    return new
  }

  package var output: String { state.withLock { $0.output } }
  package var notes: [String] { state.withLock { $0.notes } }

  package func text(ofFile path: String) -> String? {
    state.withLock { $0.files[path].map { String(decoding: $0, as: UTF8.self) } }
  }
}

extension Host {
  /// A host that discards all output and has no files, except databases in memory.
  package static var silentWithDatabases: Host {
    var host = Host.silent
    host.openDatabase = { path, _ throws(Complaint) in try SQLiteFile(path: path, name: path, access: .inMemory) }
    return host
  }
}

extension Registry {
  /// The builtins and the help pages of the program.
  package static let program = Registry.standard.withProgramPages
}

extension Interpreter {
  /// Creates an interpreter with all builtins and help pages of the program.
  package convenience init(host: Host, seed: UInt64 = 0) { self.init(host: host, registry: .program, seed: seed) }
}

/// Runs a script and returns its output as TSV, followed by the short form of its error, if any.
package func transcript(
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

/// Runs a script and returns its error, or nil if it succeeds.
package func fault(_ text: String, arguments: [String] = []) -> Diagnostic? {
  let interpreter = Interpreter(host: ScriptedHost().host(arguments: arguments))
  do throws(Diagnostic) {
    try interpreter.run(Source(name: "test", text: text))
  } catch {
    return error
  }
  return nil
}
