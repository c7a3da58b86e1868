// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables
import Synchronization

/// What a program's evaluator works with: the host, the builtins, the global names, the settings, the output.
///
/// Only the thread that runs the program writes here. A call that runs beside others has a session of its own.
package final class Session: @unchecked Sendable {
  /// The world outside.
  package let host: Host
  /// The builtins.
  package let registry: Registry
  /// What `:set` and the options changed.
  package var settings = Settings()
  /// How many numbers a file has for the object that this session builds; nil for a user's own program.
  package var numbersInFile: Double?
  /// The status that `exit(n)` asked for.
  var exitStatus: Int32?
  let globals: Scope
  /// What stands on the data stream.
  let writer = Mutex(DocumentWriter(.tsv))
  /// What keeps this session apart from those beside it; nil for the program's own.
  package let enclosure: Enclosure?
  private let resources: SessionResources

  /// A session without names of its own.
  package init(host: Host, registry: Registry) {
    self.host = host
    self.registry = registry
    globals = Scope()
    enclosure = nil
    resources = SessionResources()
  }

  /// A session that runs beside others: it sees the names of the one outside, and what it writes waits in the enclosure.
  init(_ enclosure: Enclosure, in outer: Session) {
    var host = outer.host
    host.note = { line in enclosure.keep(.note(line)) }
    host.noteWidth = { nil }
    self.host = host
    registry = outer.registry
    settings = outer.settings
    // Many lines that change in place would be none.
    settings.progress = .none
    globals = outer.globals
    self.enclosure = enclosure
    resources = outer.resources
  }

  /// The threads of the engine, as many as the settings say.
  var pool: ThreadPool { resources.pool(threads: settings.threads ?? availableProcessors()) }

  /// Returns the resource of this type, which all sessions of a program share and which is made on first use.
  package func shared<Resource: SessionResource>(_ type: Resource.Type = Resource.self) -> Resource {
    resources.shared(type)
  }

  /// The program of a default value; each text is parsed once.
  func program(ofDefault text: String) -> Program { resources.program(ofDefault: text) }

  /// Refuses what `--safe` forbids.
  package func allow(_ what: String) throws(Complaint) {
    guard host.isSafe else { return }
    throw Complaint(
      "safe-mode", "\(what) is not allowed with --safe", notes: ["run code that you trust without that option"])
  }

  /// The bytes of a file.
  package func readFile(_ path: String, limit: Int) throws(Complaint) -> [UInt8] {
    try allow("reading a file")
    return try reporting("cannot read '\(path)'") { () throws(HostFailure) in try host.readFile(path, limit) }
  }

  /// The source text of a script.
  package func readScript(_ path: String) throws(Complaint) -> Source {
    do throws(Complaint) {
      return Source(name: path, bytes: try readFile(path, limit: Source.limit))
    } catch {
      // The limit of a script is no argument, which is what the hint for other files speaks of.
      throw Complaint(error.code, error.message)
    }
  }

  /// Writes a file whole and says so on the note stream.
  package func writeFile(_ path: String, _ bytes: [UInt8], saying what: String) throws(Complaint) {
    try allow("writing a file")
    // Code that was asked to stop may have left the content incomplete.
    try Complaint.checkStop()
    try reporting("cannot write '\(path)'") { () throws(HostFailure) in try host.writeFile(path, bytes) }
    host.note("wrote \(path) (\(what))")
  }

  /// Hands text to a shell command.
  func pipe(_ text: String, to command: String) throws(Complaint) {
    try allow("running a command")
    try reporting("cannot pipe to '\(command)'") { () throws(HostFailure) in try host.pipe(command, text) }
  }

  /// Turns a failure of the host into a complaint.
  func reporting<Result>(
    _ message: String, _ body: () throws(HostFailure) -> Result
  ) throws(Complaint) -> Result {
    do throws(HostFailure) {
      return try body()
    } catch {
      // What a stop made the host give up is no failure of its own.
      if let reason = host.stopReason() { throw reason.complaint }
      switch error {
      case .closedPipe: throw Complaint("closed-pipe", "the reader closed the output")
      case .system(let reason, let hint):
        throw Complaint("input-output", "\(message): \(reason)", notes: hint.map { [$0] } ?? [])
      }
    }
  }
}

/// Something that all sessions of a program share, such as a cache.
package protocol SessionResource: AnyObject, Sendable {
  init()
}

/// What all sessions of a program share.
private final class SessionResources: Sendable {
  private let engines = Mutex<ThreadPool?>(nil)
  private let defaults = Mutex<[String: Program]>([:])
  private let others = Mutex<[ObjectIdentifier: any SessionResource]>([:])

  func shared<Resource: SessionResource>(_ type: Resource.Type) -> Resource {
    others.withLock { others in
      if let known = others[ObjectIdentifier(type)] as? Resource { return known }
      let new = Resource()
      others[ObjectIdentifier(type)] = new
      return new
    }
  }

  func pool(threads: Int) -> ThreadPool {
    engines.withLock { pool in
      if let pool, pool.threads == threads { return pool }
      let new = ThreadPool(threads: threads)
      pool = new
      return new
    }
  }

  func program(ofDefault text: String) -> Program {
    defaults.withLock { known in
      if let program = known[text] { return program }
      guard let program = try? parse(Source(name: "default", text: text)) else {
        preconditionFailure("the default '\(text)' of a builtin is no expression")
      }
      known[text] = program
      return program
    }
  }
}

/// The seed of the random numbers and how many streams were drawn from it.
package struct RandomState: Sendable {
  /// What the streams are drawn from.
  package private(set) var seed: UInt64
  private var drawn: UInt64 = 0

  /// The state of a program that has drawn nothing yet.
  package init(seed: UInt64 = 0) { self.seed = seed }

  /// A stream that no other use of this seed gets.
  package mutating func next() -> (seed: UInt64, stream: UInt64) {
    defer { drawn += 1 }
    return (seed, drawn)
  }
}
