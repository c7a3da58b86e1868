// SPDX-License-Identifier: GPL-3.0-or-later
import Dispatch
import FlowLanguage
import FlowManual
import FlowMath
import FlowRuntime
import Glibc
import SeededRandom
import Synchronization
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
      do throws(Diagnostic) {
        try Watchdog(seconds: 0.2).run(Source(name: "mutant", text: text))
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

/// Runs sources on one thread, without files and output, and stops them after a time limit.
private final class Watchdog: Sendable {
  private let limit: Double
  private let stop = StopToken()
  /// The clock of the thread that runs the source, once that thread is known.
  private let clock = Mutex<clockid_t?>(nil)
  private let isDone = DispatchSemaphore(value: 0)

  init(seconds: Double) { limit = seconds }

  func run(_ source: Source) throws(Diagnostic) {
    let interpreter = Interpreter(host: host)
    interpreter.settings.threads = 1
    let watch = startThread(watch)
    defer {
      isDone.signal()
      if let watch { pthread_join(watch, nil) }
    }
    let result = StopToken.$current.withValue(stop) { () -> Result<Void, Diagnostic> in
      do throws(Diagnostic) {
        try interpreter.run(source)
        return .success(())
      } catch {
        return .failure(error)
      }
    }
    try result.get()
  }

  /// Requests a stop when the source has used up its time. CPU time counts, so that other tests do not use it up.
  private func watch() {
    while isDone.wait(timeout: .now() + .milliseconds(10)) == .timedOut {
      var time = timespec()
      guard let clock = clock.withLock(\.self), clock_gettime(clock, &time) == 0 else { continue }
      if Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9 > limit { stop.request() }
    }
  }

  private var host: Host {
    Host(
      output: { _ in }, note: { _ in },
      readFile: { _, _ throws(HostFailure) in throw .system("there are no files") },
      writeFile: { _, _ throws(HostFailure) in throw .system("there are no files") },
      pipe: { _, _ throws(HostFailure) in throw .system("there are no commands") },
      clock: { 0 },
      // Called first on the thread that runs the source.
      stopReason: {
        self.clock.withLock { clock in
          if clock != nil { return }
          var own = clockid_t()
          if pthread_getcpuclockid(pthread_self(), &own) == 0 { clock = own }
        }
        return nil
      }, isSafe: true)
  }
}
