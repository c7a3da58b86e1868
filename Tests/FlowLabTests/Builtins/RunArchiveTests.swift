// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLab
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

/// A run that was kept in a database is the same run, to the last bit.
@Suite struct RunArchiveTests {
  /// Expressions whose values must not differ. The time of an epoch is part of the record, so the runs are not repeated.
  private static let comparisons = [
    "str(r.steps) == str(run.steps)", "r.epochs == run.epochs", "r.flow == run.flow", "r.units == run.units",
    "r.fault == run.fault", "str(r.growth) == str(run.growth)", "str(r) == str(run)", "r.state == run.state",
    "str(r.strides) == str(run.strides)", "str(r.schedule) == str(run.schedule)", "r.data == run.data",
    "str(r.before[1].weight) == str(run.before[1].weight)", "str(r.after[-1].weight) == str(run.after[-1].weight)",
    "str(flow(r)) == str(flow(run))", "str(flow(r.after)) == str(flow(run.after))",
    "str(diagnose(r)) == str(diagnose(run))",
    "again(r) == again(run)",
  ]

  private func comparison(_ setup: String) -> String {
    let again = "fn again(r) { seed(r); net = r.before; str(train(net, r.data, steps: 3).steps.loss) }"
    let lines = Self.comparisons.map { "print(\"\($0.replacing("\"", with: "'"))\", \($0))" }
    return ([setup, again] + lines).joined(separator: "\n")
  }

  @Test(arguments: [
    "run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 3)",
    "run = train(mlp([64, 8, 10], relu, norm: batch), take(digits(), 100), epochs: 3, validation: take(digits(), 20), "
      + "optimizer: adam(0.01), schedule: [warmup(3), cosine()], clip: clip_norm(1), penalty: l2(1e-4), units: every(2), "
      + "record: every(3), threshold: 50, share: 0.25, shuffle: false, batch: 7)",
    "run = train(mlp([2, 8, 1], tanh, precision: f32), standardize(gaussian(32, 2, 1), targets: true), steps: 5, "
      + "loss: huber(0.5))",
    "run = train(chain(5, identity, init: constant(3)), gaussian(32, 1, 1), optimizer: sgd(10))",
    "run = train(mlp([2, 8, 1], sigmoid), xor(64), batch: 1, epochs: 200, record_limit: 1)",
    "n = mlp([2, 8, 1], tanh); train(n, xor(64), epochs: 1); n[1].bias = n[1].bias + 1; "
      + "run = train(n, xor(64), epochs: 1)",
    "run = train(sequence(2, dense(4, init: lsuv), relu, dense(1)), xor(64), epochs: 1)",
    "run = train(chain(2, tanh), dataset([1, 2, 3, 4], [-0.0, 1e150, 1, 2]))",
  ])
  func loadedRunIsEqual(_ code: String) {
    let text = transcript(comparison("\(code)\nsave(run, \"run.db\")\nr = load(\"run.db\")"))
    #expect(text.split(separator: "\n").count == Self.comparisons.count, "\(text)")
    #expect(text.split(separator: "\n").allSatisfy { $0.hasSuffix(" true") }, "\(text)")
  }

  /// The record in memory may be thinned out, but that of the file is not.
  @Test func trainingWritesTheSame() {
    let code = "run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 3, units: every(4), into: \"run.db\")"
    let text = transcript(comparison("\(code)\nr = load(\"run.db\")"))
    #expect(text.split(separator: "\n").allSatisfy { $0.hasSuffix(" true") }, "\(text)")
    let thinned = "train(mlp([2, 8, 1], sigmoid), xor(64), batch: 1, epochs: 200, record_limit: 1, into: \"run.db\")"
    #expect(
      transcript("run = \(thinned)\nr = load(\"run.db\")\nprint(len(r.steps), r.strides.flow)") == "12800 1\n")
  }

  @Test func severalRuns() {
    let make = "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 1)\nsave(run, \"run.db\", name: \"a\")\n"
    #expect(transcript(make + "print(str(load(\"run.db\").steps) == str(run.steps))") == "true\n")
    let two = make + "save(train(mlp([2, 4, 1], relu), xor(16), epochs: 2), \"run.db\", name: \"b\")\n"
    #expect(transcript(two + "print(runs(\"run.db\").name)\nprint(runs(\"run.db\").epochs)") == "a\nb\n1\n2\n")
    #expect(fault(two + "load(\"run.db\")")?.code == "no-run")
    #expect(fault(two + "load(\"run.db\", name: \"c\")")?.code == "no-run")
    #expect(transcript(two + "print(load(\"run.db\", name: \"b\").epochs.epoch)") == "1\n2\n")
  }

  /// A name that is taken is an error, so that nothing is lost by mistake.
  @Test func namesAreKept() throws {
    let make = "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 1)\nsave(run, \"run.db\")\n"
    let error = try #require(fault(make + "save(run, \"run.db\")"))
    #expect(error.code == "duplicate-name" && error.notes.contains { $0.contains("replace: true") })
    #expect(fault(make + "train(chain(2, tanh), gaussian(8, 1, 1), into: \"run.db\")")?.code == "duplicate-name")
    let other = "other = train(chain(2, tanh), gaussian(8, 1, 1), epochs: 2, into: \"run.db\", replace: true)\n"
    #expect(transcript(make + other + "print(load(\"run.db\").steps == other.steps)") == "true\n")
  }

  /// A large data set is not kept, but can be given back.
  @Test func largeDataAreDescribed() {
    let make = """
      data = gaussian(70000, 30, 1)
      run = train(mlp([30, 4, 1], tanh), data, steps: 2)
      save(run, "run.db")

      """
    #expect(
      transcript(make + "r = load(\"run.db\")\nprint(r.steps == run.steps, flow(r) == flow(run))") == "true true\n")
    #expect(fault(make + "diagnose(load(\"run.db\"))")?.code == "no-data")
    #expect(fault(make + "load(\"run.db\").data")?.code == "no-data")
    #expect(transcript(make + "print(diagnose(load(\"run.db\", data: data)) == diagnose(run))") == "true\n")
    #expect(fault(make + "load(\"run.db\", data: gaussian(70000, 30, 1))")?.code == "data")
  }

  @Test func otherFormsAreErrors() {
    let make = "run = train(mlp([2, 4, 1], tanh), xor(16), epochs: 1)\n"
    #expect(fault(make + "save(run, \"run.tsv\")")?.notes.first == "it can be saved as .db")
    #expect(fault(make + "train(chain(2, tanh), gaussian(8, 1, 1), into: \"run.tsv\")")?.code == "unknown-format")
    #expect(fault(make + "save(run, \"run.db\")\nload(\"run.db\", order: [])")?.code == "wrong-type")
    #expect(fault("runs(\"none.db\")")?.code == "input-output")
  }
}
