// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import Foundation
import TestSupport
import Testing

/// Every builtin and everything else that computes ends soon after Ctrl-C or after the time limit.
///
/// By default, builtins that share their code with another one are skipped. `GRADFLOW_STOP=all` tests them too.
@Suite(.serialized)
struct StopTests {
  /// The maximum number of seconds from the signal to the end of the process.
  private static let promise = 0.2
  /// Other processes on a busy machine only add time, so the shortest try counts. One try within the bound is enough.
  private static let tries = 10

  private static let builtins =
    StopCase.lists + StopCase.numbers + StopCase.texts + StopCase.tables + StopCase.output + StopCase.networks
    + StopCase.training + StopCase.dataSets + StopCase.analysis
  private static let takesAll = ProcessInfo.processInfo.environment["GRADFLOW_STOP"] == "all"
  private static let cases: [StopCase] = {
    let cases = (builtins + StopCase.language).filter { $0.twin == nil || takesAll }
    guard TestLength.current == .short else { return cases }
    return cases.indices.filter { $0 % 5 == 0 }.map { cases[$0] }
  }()

  private static let brief: [BriefCase] = [
    BriefCase("range", "range(1, 999999999)"),
    BriefCase("record", "record(a: xs, b: xs)", setup: "xs = linspace(0, 1, 1e6)"),
    BriefCase("columns", "columns(t)", setup: "t = curve(sin, points: 1e5)"),
    BriefCase("digits", "digits()"),
    BriefCase("iris", "iris()"),
    BriefCase("type", "type(xs)", setup: "xs = linspace(0, 1, 1e6)"),
    BriefCase("seed(number)", "seed(9007199254740992)"),
    BriefCase("seed(run)", "seed(r)", setup: "r = train(chain(2, tanh), gaussian(4, 1, 1), steps: 1)"),
    BriefCase("arg", "arg(1, default: xs)", setup: "xs = linspace(0, 1, 1e6)"),
    BriefCase("args", "args()"),
    BriefCase("env", "env(\"NO_SUCH_VARIABLE\", default: xs)", setup: "xs = linspace(0, 1, 1e6)"),
    BriefCase("exit", "exit(255)"),
    BriefCase("activation", "activation(\"leaky_relu(0.2)\")"),
    BriefCase("help", "help(train)"),
    BriefCase("show(function)", "show(f)", setup: "fn f(x) = x"),
    BriefCase("show(net)", "show(n)", setup: "n = chain(1000, tanh)"),
    BriefCase("plot(runs)", "plot(r, r)", setup: "r = train(chain(2, tanh), gaussian(4, 1, 1), steps: 9)"),
    BriefCase(
      "plot(recordings)", "plot(r, r)",
      setup: "r = recorded(train(chain(2, tanh), gaussian(4, 1, 1), steps: 9).flow)"),
    BriefCase("format_number", "format_number(-1e-308, digits: 17)"),
    BriefCase("number", "number(s)", setup: "s = \"1\"; for i in 1..19 { s = s + s }"),
  ]

  /// A new builtin needs an entry above. A choice of a family only collects its arguments and needs none.
  @Test func everyBuiltinHasAnEntry() {
    let known = Set(Self.builtins.map(\.name) + Self.brief.map(\.name))
    let missing = Registry.standard.builtins.values.flatMap { overloads in
      let entries = overloads.entries.filter { $0.family == nil }
      return entries.map { entry in
        entries.count > 1 ? "\(entry.name)(\(entry.parameters.first?.name ?? ""))" : entry.name
      }
    }.filter { !known.contains($0) }
    #expect(missing.isEmpty, "StopCases.swift has no case for \(missing.joined(separator: ", "))")
  }

  @Test(arguments: cases) func endsAfterCtrlC(_ stopCase: StopCase) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    if stopCase.name == "idx" { try writeImages(in: folder) }
    let best = try bestTime(within: Self.promise) {
      let run = try StopRun(stopCase.script, in: folder, signal: SIGINT)
      try #require(run.status == 130, "\(stopCase.name): status \(run.status): \(run.errors.suffix(500))")
      return run.seconds
    }
    print(stopCase.name.padding(toLength: 44, withPad: " ", startingAt: 0), String(format: "%.3f s", best))
    #expect(best <= Self.promise, "\(stopCase.name) took \(best) s")
  }

  @Test(arguments: [
    "sort(list)", "std", "str", "sort(table)", "print", "pipe", "operators on lists", "chain", "train", "flow(net)",
  ])
  func endsAtTheTimeLimit(_ name: String) throws {
    let stopCase = try #require((Self.builtins + StopCase.language).first { $0.name == name })
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let allowed = 1.0
    let best = try bestTime(within: allowed + Self.promise) {
      let run = try StopRun(stopCase.script, in: folder, options: ["--timeout", "\(allowed)"], signal: nil)
      #expect(run.status == 1 && run.errors.contains("stopped after 1 s, the time limit"), "\(run.errors)")
      return run.seconds
    }
    // The time includes the start of the program.
    #expect(best <= allowed + Self.promise + 0.1, "\(stopCase.name) took \(best) s")
  }

  @Test(arguments: brief) func takesNoTime(_ brief: BriefCase) throws {
    let host = Host(
      output: { _ throws(HostFailure) in }, note: { _ in }, readFile: { _, _ throws(HostFailure) in [] },
      writeFile: { _, _ throws(HostFailure) in }, pipe: { _, _ throws(HostFailure) in }, clock: { 0 })
    let best = try bestTime(within: 0.05) {
      let interpreter = Interpreter(host: host, registry: .standard)
      _ = try interpreter.run(Source(name: "setup", text: brief.setup))
      let start = ContinuousClock.now
      _ = try interpreter.run(Source(name: "call", text: "result = " + brief.call))
      return (ContinuousClock.now - start) / .seconds(1)
    }
    #expect(best <= 0.05, "\(brief.name) took \(best) s")
  }

  /// The reader does not read, so the pipe fills up and the write blocks.
  @Test(arguments: ["print(linspace(0, 1, 1e5))", "emit(curve(sin, points: 1e5))"])
  func endsWhileNobodyReads(_ call: String) throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let (reading, writing) = try ProgramProcess.pipe()
    defer { for end in [reading, writing] { close(end) } }
    let script = StopCase("pipe", call).script
    let best = try bestTime(within: Self.promise) {
      let run = try StopRun(script, in: folder, signal: SIGINT, output: writing)
      try #require(run.status == 130)
      return run.seconds
    }
    #expect(best <= Self.promise, "\(call) took \(best) s")
  }

  /// Returns the shortest time of several runs, as others use the machine too. Stops at the first run within the bound.
  private func bestTime(within bound: Double, _ run: () throws -> Double) rethrows -> Double {
    var best = Double.infinity
    for _ in 0..<Self.tries where best > bound { best = min(best, try run()) }
    return best
  }

  /// A document whose writing is stopped does not replace the file, and earlier documents are complete.
  @Test func writesNoPartialDocument() throws {
    let folder = try Program.temporaryFolder()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let script = """
      t = curve(sin, points: 1e6)
      warn("\(StopRun.marker)")
      while true { save(t, "t.csv"); save(t, "t.csv") }
      """
    let run = try StopRun(script, in: folder, signal: SIGINT)
    #expect(run.status == 130)
    if let text = try? String(contentsOfFile: folder + "/t.csv", encoding: .utf8) {
      #expect(text.utf8.count { $0 == UInt8(ascii: "\n") } == 1_000_001)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(names).isSubset(of: ["script.gf", "t.csv"]), "\(names)")
  }

  /// Writes black images for `idx`.
  private func writeImages(in folder: String) throws {
    let count = 20_000
    func head(_ type: UInt8, _ sizes: [Int]) -> [UInt8] {
      [0, 0, 8, type] + sizes.flatMap { size in [24, 16, 8, 0].map { UInt8(size >> $0 & 0xFF) } }
    }
    try Data(head(3, [count, 28, 28]) + [UInt8](repeating: 0, count: count * 28 * 28))
      .write(to: URL(filePath: folder + "/images.idx"))
    try Data(head(1, [count]) + (0..<count).map { UInt8($0 % 10) }).write(to: URL(filePath: folder + "/labels.idx"))
  }
}
