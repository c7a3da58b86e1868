// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// The state of a running program: host, global variables, settings and output.
///
/// Only the thread that runs the program may write to it. A call that runs in parallel with others has its own session.
package final class Session: @unchecked Sendable {
  package let host: Host
  /// The settings that `:set` and the command line options change.
  package var settings = Settings()
  /// The number of values in a file for the object that this session builds, or nil if the session runs a user's program.
  package var numbersInFile: Double?
  /// The information that is needed to compute the program's tables again.
  package var provenance = Provenance()
  /// The folder before the last change, or nil.
  var previousFolder: String?
  /// The number of times that an object was changed in place, such as a network by a training run.
  private(set) var objectChangeCount = 0
  /// The statements that the program has run.
  package internal(set) var history = StatementHistory()
  /// The status passed to `exit(n)`.
  var exitStatus: Int32?
  let globals: Scope

  /// The names of the global variables.
  package var variableNames: Set<String> { Set(globals.values.keys) }
  /// The state of the data stream.
  let writer = Guarded(DocumentWriter(.tsv))
  /// The notes below tables that the session has shown.
  let notes = ShownNotes()
  /// The enclosure that isolates a parallel session, or nil for the session of the program.
  package let enclosure: Enclosure?
  /// The output of a parallel session, or nil for the session of the program, which writes immediately.
  let deferred: DeferredOutput?
  /// The notes about recurring events of the current entry.
  var repeatedNotes = RepeatedNotes()
  private let resources: SessionResources

  /// Creates a session without global variables.
  package init(host: Host) {
    self.host = host
    globals = Scope()
    enclosure = nil
    deferred = nil
    resources = SessionResources()
  }

  /// Creates a session that runs in parallel with others. It shares the globals of `outer` and defers its
  /// output.
  init(_ enclosure: Enclosure, in outer: Session) {
    let deferred = DeferredOutput()
    var host = outer.host
    host.note = { line in deferred.append(.note(line)) }
    host.noteWidth = { nil }
    self.host = host
    settings = outer.settings
    provenance = outer.provenance
    history = outer.history
    // Several progress lines would overwrite each other.
    settings.progress = .none
    globals = outer.globals
    self.enclosure = enclosure
    self.deferred = deferred
    resources = outer.resources
  }

  /// The thread pool, with the number of threads from the settings.
  var pool: ThreadPool { resources.pool(threads: settings.threads ?? availableProcessors()) }

  /// Returns the resource of a type, which all sessions of a program share. It is created on first use.
  package func shared<Resource: SessionResource>(_ type: Resource.Type = Resource.self) -> Resource {
    resources.shared(type)
  }

  /// Records that the program has read an argument of the script.
  func noteArgumentRead(_ position: Int) { resources.noteArgumentRead(position) }

  /// The positions of the arguments of the script that the program has not read.
  var unreadArguments: [Int] { resources.unreadArguments(of: host.arguments.count) }

  /// Returns the parsed source of a default value. Each text is parsed only once.
  func program(ofDefault text: String) -> Program { resources.program(ofDefault: text) }

  /// Records that an object was changed in place.
  package func noteObjectChange() { objectChangeCount += 1 }

  /// Throws if `--safe` is on. `what` names the forbidden action.
  package func allow(_ what: String) throws(Complaint) {
    guard host.isSafe else { return }
    throw Complaint(
      "safe-mode", "\(what) is not allowed with --safe", notes: ["run code that you trust without that option"])
  }

  /// Returns the content of a file. `-` is standard input. Throws if it has more than `limit` bytes.
  package func readFile(_ path: String, limit: Int) throws(Complaint) -> [UInt8] {
    try allow("reading a file")
    let file = try systemPath(path)
    return try reporting("cannot read '\(path)'") { () throws(HostFailure) in try host.readFile(file, limit) }
  }

  /// Returns the path of a file for the system. `-` is standard input.
  package func systemPath(_ path: String) throws(Complaint) -> String {
    guard path == "-" else { return path }
    if host.promptsOnInput {
      throw Complaint(
        "input-output", "the prompt reads standard input, so it cannot be read as data",
        notes: ["give the name of a file, or run the program as in: command | gradflow -e 'read(\"-\")'"])
    }
    return "/dev/stdin"
  }

  /// Opens a file to read it in parts. `-` is standard input.
  package func openFile(_ path: String, limit: Int) throws(Complaint) -> OpenFile {
    try allow("reading a file")
    let file = try systemPath(path)
    return try reporting("cannot read '\(path)'") { () throws(HostFailure) in
      if let open = host.openForReading { return try open(file) }
      var whole: [UInt8]? = try host.readFile(file, limit)
      return OpenFile(isRepeatable: true) { _ in
        defer { whole = nil }
        return whole ?? []
      }
    }
  }

  package func readScript(_ path: String) throws(Complaint) -> Source {
    do throws(Complaint) {
      return Source(script: path, bytes: try readFile(path, limit: Source.limit))
    } catch {
      // Drop the hints for other files, such as an argument to raise the limit.
      throw Complaint(error.code, error.message, notes: error.notes.filter { $0.hasPrefix("did you mean") })
    }
  }

  /// Writes a file and reports it on the note stream.
  package func writeFile(_ path: String, _ bytes: [UInt8], saying what: String) throws(Complaint) {
    try allow("writing a file")
    // After a request to stop, the content may be incomplete.
    try Complaint.checkStop()
    try reporting("cannot write '\(path)'") { () throws(HostFailure) in try host.writeFile(path, bytes) }
    host.note("wrote \(path) (\(what))")
  }

  /// Runs a shell command with `text` as its input.
  func pipe(_ text: String, to command: String) throws(Complaint) {
    try allow("running a command")
    try reporting("cannot pipe to '\(command)'") { () throws(HostFailure) in try host.pipe(command, text) }
  }

  /// Runs `body` and converts a failure of the host to an error with the given message.
  package func reporting<Result>(
    _ message: String, _ body: () throws(HostFailure) -> Result
  ) throws(Complaint) -> Result {
    do throws(HostFailure) {
      return try body()
    } catch {
      // If the host failed because of a stop, report the stop.
      if let reason = host.stopReason() { throw reason.complaint }
      switch error {
      case .closedPipe: throw Complaint(ErrorCode.closedPipe, "the reader closed the output")
      case .system(let reason, let hint):
        throw Complaint("input-output", "\(message): \(reason)", notes: hint.map { [$0] } ?? [])
      }
    }
  }
}

/// An object that all sessions of a program share, such as a cache.
package protocol SessionResource: AnyObject, Sendable {
  init()
}

/// The objects that all sessions of a program share.
private final class SessionResources: Sendable {
  private let engines = Guarded<ThreadPool?>(nil)
  private let defaults = Guarded<[String: Program]>([:])
  private let readArguments = Guarded<Set<Int>>([])
  private let others = Guarded<[ObjectIdentifier: any SessionResource]>([:])

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

  func noteArgumentRead(_ position: Int) { readArguments.withLock { _ = $0.insert(position) } }

  func unreadArguments(of count: Int) -> [Int] {
    readArguments.withLock { read in (1...max(count, 1)).filter { $0 <= count && !read.contains($0) } }
  }

  func program(ofDefault text: String) -> Program {
    defaults.withLock { known in
      if let program = known[text] { return program }
      guard let program = try? parse(Source(name: "default", text: text)) else {
        preconditionFailure("the default '\(text)' of a builtin is not an expression")
      }
      known[text] = program
      return program
    }
  }
}

extension Source {
  /// Creates the source of a script from the content of its file.
  package convenience init(script path: String, bytes: some Sequence<UInt8>) {
    let folder = path.lastIndex(of: "/").map { String(path[...$0]) } ?? ""
    self.init(name: path, bytes: bytes, folder: folder)
  }
}
