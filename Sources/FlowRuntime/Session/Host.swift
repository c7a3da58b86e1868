// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath
import FlowTables
import FlowText

/// The interpreter's access to the outside world: streams, files and the clock. Tests pass a scripted host.
package struct Host: Sendable {
  /// Writes text to the data stream (stdout).
  package var output: @Sendable (StyledText) throws(HostFailure) -> Void
  /// Shows long text of the data stream in a pager. Returns false if the caller should write it instead.
  package var page: @Sendable (StyledText) throws(HostFailure) -> Bool
  /// Flushes the data stream.
  package var flush: @Sendable () throws(HostFailure) -> Void
  /// Writes a line to the note stream (stderr). The line has no newline at its end.
  package var note: @Sendable (StyledText) -> Void
  /// Shows a line that the next call replaces and an empty line erases. Called only if `noteWidth` is not nil.
  package var transient: @Sendable (StyledText) -> Void
  /// The width of the note stream in columns, or nil if notes do not go to a terminal.
  package var noteWidth: @Sendable () -> Int?
  /// The width of the terminal in columns, or nil if the output is not a terminal. Called whenever a table is printed.
  package var width: @Sendable () -> Int?
  /// The height of the terminal in lines, or nil.
  package var height: @Sendable () -> Int?
  /// Whether the data stream supports colours.
  package var usesColour: @Sendable () -> Bool
  /// Whether the locale supports characters beyond ASCII.
  package var usesUnicode: @Sendable () -> Bool
  /// Returns the content of a file. Throws if it has more than `limit` bytes.
  package var readFile: @Sendable (_ path: String, _ limit: Int) throws(HostFailure) -> [UInt8]
  /// Opens a file to read it in parts. If nil, `readFile` reads it as a single part.
  package var openForReading: (@Sendable (_ path: String) throws(HostFailure) -> OpenFile)?
  /// Replaces the content of a file atomically: a reader sees either the old content or the new.
  package var writeFile: @Sendable (_ path: String, _ bytes: [UInt8]) throws(HostFailure) -> Void
  /// Opens a database.
  package var openDatabase: @Sendable (_ path: String, _ access: DatabaseAccess) throws(Complaint) -> any DatabaseFile
  /// Runs a shell command with the given input and waits for it to finish.
  package var pipe: @Sendable (_ command: String, _ input: String) throws(HostFailure) -> Void
  /// Runs a program with arguments and input, without a shell, and returns its output.
  package var filter: @Sendable (_ command: [String], _ input: String) throws(HostFailure) -> FilterResult
  /// Returns the absolute path of a file without symbolic links, or the path itself if there is no such file.
  package var canonicalPath: @Sendable (_ path: String) -> String = { $0 }
  /// Returns whether there is a file or a folder at a path.
  package var exists: @Sendable (_ path: String) -> Bool = { _ in false }
  /// Returns the names in a directory; those of directories end in `/`. Empty if the directory cannot be read.
  package var list: @Sendable (_ folder: String) -> [String]
  /// Returns the time in seconds since a fixed moment.
  package var clock: @Sendable () -> Double
  /// Returns the reason to stop, or nil. Called at each iteration of a loop and at each call.
  package var stopReason: @Sendable () -> StopReason?
  /// Whether files and commands are forbidden, for running untrusted scripts.
  package var isSafe: Bool
  /// Whether a prompt reads standard input, so that nothing else may.
  package var promptsOnInput = false
  /// The command line arguments after the name of the script.
  package var arguments: [String]
  /// The name and version of the program.
  package var program = "gradflow"
  /// Returns the value of an environment variable, or nil if it is not set.
  package var variable: @Sendable (_ name: String) -> String? = { _ in nil }
  /// Opens a file to write it piece by piece. Its old content is discarded.
  package var openForWriting: @Sendable (_ path: String) throws(HostFailure) -> HostFile = { _ throws(HostFailure) in
    throw .system("files cannot be written piece by piece here")
  }

  /// Changes the folder to which relative paths refer, to the home folder if the path is empty, and returns its absolute
  /// path.
  package var changeFolder: @Sendable (_ path: String) throws(HostFailure) -> String = { _ throws(HostFailure) in
    throw .system("there are no folders here")
  }

  /// Creates a host. By default, optional operations do nothing or return nil, false or an empty result.
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
    openForReading: (@Sendable (String) throws(HostFailure) -> OpenFile)? = nil,
    writeFile: @escaping @Sendable (String, [UInt8]) throws(HostFailure) -> Void,
    openDatabase: @escaping @Sendable (String, DatabaseAccess) throws(Complaint) -> any DatabaseFile = {
      _, _ throws(Complaint) in throw Complaint("input-output", "there are no databases here")
    },
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
    self.openForReading = openForReading
    self.writeFile = writeFile
    self.openDatabase = openDatabase
    self.pipe = pipe
    self.filter = filter
    self.list = list
    self.clock = clock
    self.stopReason = stopReason
    self.isSafe = isSafe
    self.arguments = arguments
  }
}

/// A file that is read in parts.
package struct OpenFile {
  /// A Boolean value that indicates whether the file can be opened again to read the same bytes.
  package let isRepeatable: Bool
  /// Returns the next bytes: at most the given number, and none at the end.
  package let next: (_ most: Int) throws(HostFailure) -> [UInt8]

  package init(isRepeatable: Bool, next: @escaping (_ most: Int) throws(HostFailure) -> [UInt8]) {
    (self.isRepeatable, self.next) = (isRepeatable, next)
  }
}

/// A file that is written piece by piece. It is closed when the closures are released.
package struct HostFile: Sendable {
  /// Appends bytes, which readers see immediately.
  package let append: @Sendable (_ bytes: [UInt8]) throws(HostFailure) -> Void

  package init(append: @escaping @Sendable (_ bytes: [UInt8]) throws(HostFailure) -> Void) { self.append = append }
}

/// The result of a program that ran as a filter.
package struct FilterResult: Sendable {
  /// The bytes it wrote to standard output.
  package var output: [UInt8]
  /// The text it wrote to standard error.
  package var errors: String
  /// The exit status. As in shells, 127 means that there is no such program.
  package var status: Int32

  package init(output: [UInt8], errors: String, status: Int32) {
    self.output = output
    self.errors = errors
    self.status = status
  }

  /// The result of a program that is not installed.
  package static let missing = FilterResult(output: [], errors: "", status: 127)
}

/// The reason to stop a computation early.
package enum StopReason: Sendable, Equatable {
  /// The user interrupted it, as with Ctrl-C.
  case interrupt
  /// The program reached its time limit.
  case timeLimit(seconds: Double)
  /// The program reached its memory limit.
  case memoryLimit(bytes: Int)
  /// The system refused to allocate this much memory.
  case memoryRefused(bytes: Int)

  /// The error with which a stopped computation ends.
  package var complaint: Complaint {
    switch self {
    case .interrupt: Complaint(ErrorCode.interrupted, "interrupted")
    case .timeLimit(let seconds):
      Complaint(ErrorCode.timeLimit, "stopped after \(NumberStyle.shortest(seconds)) s, the time limit")
    case .memoryLimit(let bytes):
      Complaint("memory-limit", "this needs more memory than the \(bytes >> 20) MiB allowed")
    case .memoryRefused(let bytes): Complaint(MemoryRefusal(bytes: bytes))
    }
  }
}

package enum HostFailure: Error, Sendable {
  /// The reader of the data stream closed it. The program ends without a message.
  case closedPipe
  /// An error message of the system, such as `No such file or directory`, and a hint how to fix it, if there is one.
  case system(String, hint: String? = nil)
}
