// SPDX-License-Identifier: GPL-3.0-or-later

/// What the interpreter needs of the world: streams, files, the clock. Tests hand in a scripted one.
public struct Host: Sendable {
  /// Takes a piece of the data stream (stdout).
  public var output: @Sendable (String) throws(HostFailure) -> Void
  /// Sees to it that what was written so far is out.
  public var flush: @Sendable () throws(HostFailure) -> Void
  /// Takes a line for the reader (stderr), without its newline.
  public var note: @Sendable (String) -> Void
  /// The width of the terminal in columns, asked for whenever a table is printed; nil where output is no terminal.
  public var width: @Sendable () -> Int?
  /// Whether the data stream takes colours.
  public var usesColour: @Sendable () -> Bool
  /// The bytes of a file.
  public var readFile: @Sendable (_ path: String) throws(HostFailure) -> [UInt8]
  /// Writes a whole file, beside the old one, and then renames it.
  public var writeFile: @Sendable (_ path: String, _ bytes: [UInt8]) throws(HostFailure) -> Void
  /// Hands text to a shell command as its input and waits for it.
  public var pipe: @Sendable (_ command: String, _ input: String) throws(HostFailure) -> Void
  /// The names in a folder; those of folders end in `/`. Empty if it cannot be read.
  public var list: @Sendable (_ folder: String) -> [String]
  /// Seconds since some fixed moment.
  public var clock: @Sendable () -> Double
  /// Whether the user asked to stop; read at every round of a loop and every call.
  public var isInterrupted: @Sendable () -> Bool
  /// Refuses files and commands, for scripts of strangers.
  public var isSafe: Bool
  /// The arguments after the script's name.
  public var arguments: [String]

  /// A host; what is left out does nothing or says no.
  public init(
    output: @escaping @Sendable (String) throws(HostFailure) -> Void,
    flush: @escaping @Sendable () throws(HostFailure) -> Void = {},
    note: @escaping @Sendable (String) -> Void,
    width: @escaping @Sendable () -> Int? = { nil },
    usesColour: @escaping @Sendable () -> Bool = { false },
    readFile: @escaping @Sendable (String) throws(HostFailure) -> [UInt8],
    writeFile: @escaping @Sendable (String, [UInt8]) throws(HostFailure) -> Void,
    pipe: @escaping @Sendable (String, String) throws(HostFailure) -> Void,
    list: @escaping @Sendable (String) -> [String] = { _ in [] },
    clock: @escaping @Sendable () -> Double,
    isInterrupted: @escaping @Sendable () -> Bool = { false },
    isSafe: Bool = false, arguments: [String] = []
  ) {
    self.output = output
    self.flush = flush
    self.note = note
    self.width = width
    self.usesColour = usesColour
    self.readFile = readFile
    self.writeFile = writeFile
    self.pipe = pipe
    self.list = list
    self.clock = clock
    self.isInterrupted = isInterrupted
    self.isSafe = isSafe
    self.arguments = arguments
  }
}

/// Why the host could not do what it was asked for.
public enum HostFailure: Error, Sendable {
  /// The reader of the data stream has gone; the program ends without a word.
  case closedPipe
  /// The reason as the system gives it, such as `No such file or directory`.
  case system(String)
}
