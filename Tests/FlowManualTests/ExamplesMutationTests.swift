// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowManual
import FlowRuntime
import Glibc
import SeededRandom
import TestSupport
import Testing

/// Runs examples with tokens deleted, duplicated, swapped or replaced, also by absurd ones. Each mutant must end, with
/// output or with an error whose labels lie inside the text, and without crashing the process.
@Suite struct ExamplesMutationTests {
  /// The scripts that do not read Fashion-MNIST, which takes longer than the time limit of a mutant.
  private static let scripts = ExamplesTests.short.compactMap { try? Example($0).source.text }
  /// The tokens of all scripts, and absurd ones.
  private static let pool = scripts.flatMap { script in tokens(of: script).map(\.text) } + absurd + absurd
  private static let absurd = [
    "0", "-1", "nan", "inf", "-inf", "none", "true", "\"\"", "[]", "[[]]", "table([])", "record()", "0.5", "1e9",
    "1e18",
    "9223372036854774784", "-9223372036854775808", "1e300", "1e-300", "1..1e12", "1..1e6", "-5..5", "[nan, none, 1]",
    "chain(1e9, tanh)", "chain(3, relu, width: 1e9)", "mlp([1e5, 1e5], tanh)", "gaussian(1e18, 1e18, 1e18)",
    "residual(dense(3, relu))", "dropout(0.9)", "batchnorm()", "lsuv", "orthogonal(0)", "softmax", "cross_entropy",
    "bce", "precision: \"f32\"", "norm: batch", "skip: true", "batch: 1e18", "epochs: 1e18", "points: 1e18",
    "limit: 1e18", "layer: 1e9", "sample: -1", "every(1e18)", "while true { x = 1 }", "fn(x) = x", "x",
  ]

  @Test func everyMutantEnds() {
    var random = SeededGenerator(seed: 7)
    var (finished, refused, failed) = (0, 0, 0)
    let began = ContinuousClock.now
    let isShort = TestLength.current == .short
    for number in 0..<4000 {
      // The short form and a slow machine run fewer mutants, but enough for all outcomes to occur.
      let isEnough = number >= (isShort ? 500 : 1500) && finished > 50 && refused > 50 && failed > 50
      if isEnough, isShort || ContinuousClock.now - began > .seconds(60) { break }
      var text = Self.scripts[number % Self.scripts.count]
      for _ in 0...Int.random(in: 0..<3, using: &random) { text = mutated(text, &random) }
      let host = StoppingHost(seconds: 0.2)
      let interpreter = Interpreter(host: host.host())
      interpreter.settings.threads = 1
      do throws(Diagnostic) {
        try interpreter.run(Source(name: "mutant", text: text))
        finished += 1
      } catch {
        if error.phase == .syntax { refused += 1 } else { failed += 1 }
        guard let fault = misplaced(error, in: text) else { continue }
        Issue.record("mutant \(number): \(fault)\n\(text)")
        return
      }
    }
    #expect(finished > 50 && refused > 50 && failed > 50, "\(finished) finished, \(refused) refused, \(failed) failed")
  }

  /// Returns the defect of an error, or nil if it has none.
  private func misplaced(_ error: Diagnostic, in text: String) -> String? {
    if error.message.isEmpty || error.code.isEmpty { return "an error has no message or code" }
    if error.labels.isEmpty { return "\(error.code) has no label" }
    for label in error.labels
    where label.range.start > label.range.end || label.range.end > label.source.text.utf8.count {
      return "\(error.code) lies outside the text"
    }
    let isDrawn = render(error, style: DiagnosticStyle(form: .full)).plain.hasPrefix("error: ")
    return isDrawn ? nil : "\(error.code) is not rendered"
  }

  private func mutated(_ text: String, _ random: inout SeededGenerator) -> String {
    let tokens = Self.tokens(of: text)
    guard let one = tokens.randomElement(using: &random), let two = tokens.randomElement(using: &random) else {
      return text
    }
    let (first, second) = one.range.start <= two.range.start ? (one, two) : (two, one)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: return replacing([(one.range, "")], in: text)
    case 1: return replacing([(one.range, one.text + " " + one.text)], in: text)
    case 2 where first.range != second.range:
      return replacing([(first.range, second.text), (second.range, first.text)], in: text)
    default: return replacing([(one.range, Self.pool.randomElement(using: &random) ?? "")], in: text)
    }
  }

  private func replacing(_ changes: [(range: SourceRange, text: String)], in text: String) -> String {
    let bytes = Array(text.utf8)
    var result: [UInt8] = []
    var position = 0
    for change in changes {
      result += bytes[position..<change.range.start] + Array(change.text.utf8)
      position = change.range.end
    }
    return String(decoding: result + bytes[position...], as: UTF8.self)
  }

  private static func tokens(of text: String) -> [(range: SourceRange, text: String)] {
    let source = Source(name: "", text: text)
    return tokenize(source).filter { $0.range.start < $0.range.end }.map { ($0.range, source.text(in: $0.range)) }
  }
}

/// A host without files that requests a stop after a time limit and discards the output.
private final class StoppingHost: Sendable {
  private let limit: Double

  init(seconds: Double) { limit = seconds }

  /// The CPU time of this thread. A script runs on its own thread, so other tests do not use up the time of a mutant.
  private static var threadSeconds: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
  }

  func host() -> Host {
    let limit = limit
    return Host(
      output: { _ in }, note: { _ in },
      readFile: { _, _ throws(HostFailure) in throw .system("there are no files") },
      writeFile: { _, _ throws(HostFailure) in throw .system("there are no files") },
      pipe: { _, _ throws(HostFailure) in throw .system("there are no commands") },
      clock: { 0 }, stopReason: { Self.threadSeconds > limit ? .interrupt : nil }, isSafe: true)
  }
}
