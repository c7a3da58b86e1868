// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

/// What the interpreter needs of the world: streams, files, the clock. Tests hand in a scripted one.
package struct Host: Sendable {
  /// Takes a piece of the data stream (stdout).
  package var output: @Sendable (StyledText) throws(HostFailure) -> Void
  /// Shows long text of the data stream in a pager; returns false if the caller should write it itself.
  package var page: @Sendable (StyledText) throws(HostFailure) -> Bool
  /// Sees to it that what was written so far is out.
  package var flush: @Sendable () throws(HostFailure) -> Void
  /// Takes a line for the reader (stderr), without its newline.
  package var note: @Sendable (StyledText) -> Void
  /// Shows a line that the next one, or an empty one, takes the place of; where `noteWidth` is not nil.
  package var transient: @Sendable (StyledText) -> Void
  /// The columns for such a line; nil where notes do not go to a terminal.
  package var noteWidth: @Sendable () -> Int?
  /// The width of the terminal in columns, asked for whenever a table is printed; nil where output is no terminal.
  package var width: @Sendable () -> Int?
  /// The rows of that terminal.
  package var height: @Sendable () -> Int?
  /// Whether the data stream takes colours.
  package var usesColour: @Sendable () -> Bool
  /// Whether the locale has more characters than ASCII's.
  package var usesUnicode: @Sendable () -> Bool
  /// The bytes of a file, which may have at most `limit` of them.
  package var readFile: @Sendable (_ path: String, _ limit: Int) throws(HostFailure) -> [UInt8]
  /// Replaces the content of a file; a reader sees the old content or the new, never a part.
  package var writeFile: @Sendable (_ path: String, _ bytes: [UInt8]) throws(HostFailure) -> Void
  /// Hands text to a shell command as its input and waits for it.
  package var pipe: @Sendable (_ command: String, _ input: String) throws(HostFailure) -> Void
  /// Runs a program with its arguments, without a shell, hands it text as its input and gives what it wrote.
  package var filter: @Sendable (_ command: [String], _ input: String) throws(HostFailure) -> FilterResult
  /// The names in a folder; those of folders end in `/`. Empty if it cannot be read.
  package var list: @Sendable (_ folder: String) -> [String]
  /// Seconds since some fixed moment.
  package var clock: @Sendable () -> Double
  /// Why to stop, if there is a reason; read at every round of a loop and every call.
  package var stopReason: @Sendable () -> StopReason?
  /// Refuses files and commands, for scripts of strangers.
  package var isSafe: Bool
  /// The arguments after the script's name.
  package var arguments: [String]

  /// A host; what is left out does nothing or says no.
  package init(
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
package struct FilterResult: Sendable {
  /// What it wrote to its standard output.
  package var output: [UInt8]
  /// What it said on its standard error.
  package var errors: String
  /// Its exit status; 127 where there is no such program, as shells have it.
  package var status: Int32

  /// A result.
  package init(output: [UInt8], errors: String, status: Int32) {
    self.output = output
    self.errors = errors
    self.status = status
  }

  /// The result of a program that is not installed.
  package static let missing = FilterResult(output: [], errors: "", status: 127)
}

/// Why a computation ends before its time.
package enum StopReason: Sendable, Equatable {
  /// The user asked for it.
  case interrupt
  /// The time that the program was given is over.
  case timeLimit(seconds: Double)
  /// The program has as much memory as it was given.
  case memoryLimit(bytes: Int)
  /// The system refused this much memory.
  case memoryRefused(bytes: Int)

  /// The error that a stopped computation ends with.
  package var complaint: Complaint {
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
package enum HostFailure: Error, Sendable {
  /// The reader of the data stream has gone; the program ends without a word.
  case closedPipe
  /// The reason as the system gives it, such as `No such file or directory`, and the way to mend it if there is one.
  case system(String, hint: String? = nil)
}
