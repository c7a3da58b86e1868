// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import FlowLab
import FlowRuntime
import FlowTerminal

/// The command line. The usage, help, manual page and shell completions are generated from it.
struct Options: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "gradflow",
    abstract: "A laboratory for gradient flow in deep networks.",
    usage: """
      gradflow [options]                        show the prompt, or run the
                                                script on standard input
      gradflow [options] file.gf [args ...]     run a script
      gradflow [options] -e code [file.gf ...]  run code, then the script
      gradflow [options] -e code -- [args ...]  run code with arguments
      gradflow --check file.gf ...              check scripts
      """,
    discussion: placement + "\nExit status: "
      + ExitStatus.glosses.map { "\($0.name) \($0.summary)" }.joined(separator: ", ") + ".",
    version: "gradflow \(programVersion)")

  static let placement = "Options come before the file; everything after it is passed to the script."

  @OptionGroup var switches: Switches

  @Argument(
    parsing: .captureForPassthrough, help: ArgumentHelp("A script and its arguments.", valueName: "file"),
    completion: .file(extensions: ["gf"]))
  var rest: [String] = []

  /// The scripts: with `--check` all operands, otherwise the first one, if there is one. `-` is standard input. With
  /// `-e`, there is none if the operands begin with `--`.
  var files: [String] {
    if !switches.e.isEmpty, rest.first == "--" { return [] }
    return switches.check ? operands : Array(operands.prefix(1))
  }

  /// The values of `arg(1)`, `arg(2)`, and so on.
  var arguments: [String] { Array(operands.dropFirst(files.count)) }

  private var operands: [String] { rest.first == "--" ? Array(rest.dropFirst()) : rest }

  mutating func validate() throws {
    if let first = rest.first, first.hasPrefix("-"), first != "-", first != "--" { try refuse(first) }
    if let timeout = switches.timeout, !(timeout > 0) {
      throw ValidationError("--timeout must be a positive number of seconds")
    }
    if switches.manual != nil, let extra = rest.first {
      throw ValidationError("--manual takes one topic; unexpected '\(extra)'")
    }
    if switches.check, files.isEmpty, switches.e.isEmpty { throw ValidationError("--check needs a file") }
  }
}

/// The options, without the operands that follow them.
struct Switches: ParsableArguments {
  @Option(
    name: .short, parsing: .unconditionalSingleValue,
    help: ArgumentHelp("Run this code; may be repeated.", valueName: "code"))
  var e: [String] = []

  @Flag(name: .short, help: "Show the prompt afterwards.")
  var interactive = false

  @Flag(help: "Check syntax, names and argument names without running anything.")
  var check = false

  @Option(
    help: "Format of printed values: \(Setting.words("format").joined(separator: ", ")).",
    completion: .list(Setting.words("format")))
  var format = "auto"

  @Flag(help: "Print TSV and CSV without a header line.")
  var noHeader = false

  @Option(
    help: "How JSON writes inf, -inf and nan: as null, or as text.", completion: .list(Setting.words("nonfinite")))
  var nonfinite = "null"

  @Flag(help: "Add a column with program, seed and script to all tables that are written.")
  var provenance = false

  @Option(help: "Number of threads; results do not depend on it.")
  var threads: Int?

  @Option(help: "Seed for all random numbers.")
  var seed: UInt64 = 0

  @Option(
    help: "Element type of networks that do not specify one: f32 or f64.",
    completion: .list(Setting.words("precision")))
  var precision = Settings().precision

  @Option(help: "When to use colours.")
  var color = ColorChoice.auto

  @Option(
    help: "How to show the progress of training: \(Setting.words("progress").joined(separator: ", ")).",
    completion: .list(Setting.words("progress")))
  var progress = "auto"

  @Option(help: "Layout of error messages; short is for editors.")
  var errorFormat = ErrorFormat.full

  @Flag(help: "Restrict untrusted code: no files, commands, start-up file or environment; limits on time and memory.")
  var safe = false

  @Option(help: "Stop after this many seconds.")
  var timeout: Double?

  @Option(
    help: ArgumentHelp(
      "Compute only this share of the cells of each sweep, such as 3/16; slurm uses that of a job array task.",
      valueName: "share"))
  var shard: String?

  @Flag(help: "Do not run the start-up file.")
  var noInit = false

  @Flag(help: "Do not print a greeting.")
  var quiet = false

  @Option(
    defaultAsFlag: "overview",
    help: ArgumentHelp("Print a page of the manual.", valueName: "topic"),
    completion: .custom { _, _, _ in Interpreter(host: .silent, registry: .program).manual.topics })
  var manual: String?

  @Flag(help: ArgumentHelp("Print the page for man.", visibility: .hidden))
  var generateManualPage = false
}

extension Options {
  /// Handles an option that ended up among the operands. The library does not see its own options there, because
  /// everything after the options is passed to the script. For any other option, throws the parser's error.
  private func refuse(_ option: String) throws {
    switch option {
    case "--help", "-h": throw CleanExit.helpRequest()
    case "-c", "-E", "--eval", "--execute", "--command":
      throw ValidationError("code is run with -e: gradflow -e 'code'")
    case "--version": throw CleanExit.message(Self.configuration.version)
    default:
      do {
        _ = try Switches.parse([option])
      } catch {
        throw ValidationError(Switches.message(for: error))
      }
    }
  }
}

enum ColorChoice: String, ExpressibleByArgument, CaseIterable {
  case auto, always, never

  func shows(on stream: SystemStream) -> Bool { self == .auto ? stream.usesColour : self == .always }
}

enum ErrorFormat: String, ExpressibleByArgument, CaseIterable {
  case full, short
}
