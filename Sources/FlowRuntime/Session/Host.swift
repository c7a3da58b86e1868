// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

/// What the interpreter needs of the world: streams, files, the clock. Tests hand in a scripted one.
public struct Host: Sendable {
  /// Takes a piece of the data stream (stdout).
  public var output: @Sendable (StyledText) throws(HostFailure) -> Void
  /// Shows long text of the data stream in a pager; returns false if the caller should write it itself.
  public var page: @Sendable (StyledText) throws(HostFailure) -> Bool
  /// Sees to it that what was written so far is out.
  public var flush: @Sendable () throws(HostFailure) -> Void
  /// Takes a line for the reader (stderr), without its newline.
  public var note: @Sendable (StyledText) -> Void
  /// Shows a line that the next one, or an empty one, takes the place of; where `noteWidth` is not nil.
  public var transient: @Sendable (StyledText) -> Void
  /// The columns for such a line; nil where notes do not go to a terminal.
  public var noteWidth: @Sendable () -> Int?
  /// The width of the terminal in columns, asked for whenever a table is printed; nil where output is no terminal.
  public var width: @Sendable () -> Int?
  /// The rows of that terminal.
  public var height: @Sendable () -> Int?
  /// Whether the data stream takes colours.
  public var usesColour: @Sendable () -> Bool
  /// Whether the locale has more characters than ASCII's.
  public var usesUnicode: @Sendable () -> Bool
  /// The bytes of a file, which may have at most `limit` of them.
  public var readFile: @Sendable (_ path: String, _ limit: Int) throws(HostFailure) -> [UInt8]
  /// Replaces the content of a file; a reader sees the old content or the new, never a part.
  public var writeFile: @Sendable (_ path: String, _ bytes: [UInt8]) throws(HostFailure) -> Void
  /// Hands text to a shell command as its input and waits for it.
  public var pipe: @Sendable (_ command: String, _ input: String) throws(HostFailure) -> Void
  /// Runs a program with its arguments, without a shell, hands it text as its input and gives what it wrote.
  public var filter: @Sendable (_ command: [String], _ input: String) throws(HostFailure) -> FilterResult
  /// The names in a folder; those of folders end in `/`. Empty if it cannot be read.
  public var list: @Sendable (_ folder: String) -> [String]
  /// Seconds since some fixed moment.
  public var clock: @Sendable () -> Double
  /// Why to stop, if there is a reason; read at every round of a loop and every call.
  public var stopReason: @Sendable () -> StopReason?
  /// Refuses files and commands, for scripts of strangers.
  public var isSafe: Bool
  /// The arguments after the script's name.
  public var arguments: [String]

  /// A host; what is left out does nothing or says no.
  public init(
    output: @escaping @Sendable (StyledText) throws(HostFailure) -> Void,
    page: @escaping @Sendable (StyledText) throws(HostFailure) -> Bool = { _ in false },
    flush: @escaping @Sendable () throws(HostFailure) -> Void = {},
    note: @escaping @Sendable (StyledText) -> Void,
    transient: @escaping @Sendable (StyledText) -> Void = { _ in },
    noteWidth: @escaping @Sendable () -> Int? = { nil },
    width: @escaping @Sendable () -> Int? = { nil },
    height: @escaping @Sendable () -> Int? = { nil },
    usesColour: @escaping @Sendable () -> Bool = { false },
    usesUnicode: @escaping @Sendable () -> Bool = { true },
    readFile: @escaping @Sendable (String, Int) throws(HostFailure) -> [UInt8],
    writeFile: @escaping @Sendable (String, [UInt8]) throws(HostFailure) -> Void,
    pipe: @escaping @Sendable (String, String) throws(HostFailure) -> Void,
    filter: @escaping @Sendable ([String], String) throws(HostFailure) -> FilterResult = { _, _ in .missing },
    list: @escaping @Sendable (String) -> [String] = { _ in [] },
    clock: @escaping @Sendable () -> Double,
    stopReason: @escaping @Sendable () -> StopReason? = { nil },
    isSafe: Bool = false, arguments: [String] = []
  ) {
    self.output = output
    self.page = page
    self.flush = flush
    self.note = note
    self.transient = transient
    self.noteWidth = noteWidth
    self.width = width
    self.height = height
    self.usesColour = usesColour
    self.usesUnicode = usesUnicode
    self.readFile = readFile
    self.writeFile = writeFile
    self.pipe = pipe
    self.filter = filter
    self.list = list
    self.clock = clock
    self.stopReason = stopReason
    self.isSafe = isSafe
    self.arguments = arguments
  }
}

/// What a program gave that ran as a filter.
public struct FilterResult: Sendable {
  /// What it wrote to its standard output.
  public var output: [UInt8]
  /// What it said on its standard error.
  public var errors: String
  /// Its exit status; 127 where there is no such program, as shells have it.
  public var status: Int32

  /// A result.
  public init(output: [UInt8], errors: String, status: Int32) {
    self.output = output
    self.errors = errors
    self.status = status
  }

  /// The result of a program that is not installed.
  public static let missing = FilterResult(output: [], errors: "", status: 127)
}

/// Why a computation ends before its time.
public enum StopReason: Sendable, Equatable {
  /// The user asked for it.
  case interrupt
  /// The time that the program was given is over.
  case timeLimit(seconds: Double)
  /// The program has as much memory as it was given.
  case memoryLimit(bytes: Int)
  /// The system refused this much memory.
  case memoryRefused(bytes: Int)

  /// The error that a stopped computation ends with.
  public var complaint: Complaint {
    switch self {
    case .interrupt: Complaint("interrupted", "interrupted")
    case .timeLimit(let seconds):
      Complaint("time-limit", "stopped after \(NumberStyle.shortest(seconds)) s, the time allowed")
    case .memoryLimit(let bytes):
      Complaint("memory-limit", "this needs more memory than the \(bytes >> 20) MiB allowed")
    case .memoryRefused(let bytes): Complaint(MemoryRefusal(bytes: bytes))
    }
  }
}

/// Why the host could not do what it was asked for.
public enum HostFailure: Error, Sendable {
  /// The reader of the data stream has gone; the program ends without a word.
  case closedPipe
  /// The reason as the system gives it, such as `No such file or directory`, and the way to mend it if there is one.
  case system(String, hint: String? = nil)
}
