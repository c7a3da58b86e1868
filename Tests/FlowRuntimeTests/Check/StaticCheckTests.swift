// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import TestSupport
import Testing

@Suite struct StaticCheckTests {
  /// Returns the code, the underlined text and the label of each error.
  private func errors(_ text: String) -> [String] {
    let source = Source(name: "test", text: text)
    return staticErrors(in: source, registry: .standard).map { fault in
      let place = fault.labels.first.map { source.text(in: $0.range) } ?? ""
      let words = fault.labels.first?.text ?? ""
      return "\(fault.code) \(place)" + (words.isEmpty ? "" : ": \(words)")
    }
  }

  @Test(arguments: [
    "x = 1\nprint(x)",
    "fn f(a, b: a) = a + b\nf(1, b: 2)",
    "fn even(n) { if n == 0 { return true }; return odd(n - 1) }\nfn odd(n) = n != 0 and even(n - 1)",
    "fn f() = later\nlater = 1\nf()",
    "for i in 1..3 { s = i }\nprint(s)",
    "done = false\nwhile not done { if done { print(y) }; y = 1; done = true }",
    "if true { x = 1 } else { x = 2 }\nprint(x)",
    "map(1..3, fn(x) = x^2)",
    "fn outer() { fn inner(x) = x + base\n base = 1\n return inner(2) }",
    "f = fn(x, y) = x + y\nf = fn(x) = x\nf(1)",
    "apply = fn(g, x) = g(x, 3)\napply(max, 1)",
    "t = table([record(a: 1, b: 2)])\nt |> where(a > 1 and b < 2) |> select(a, c: a + b) |> sort(a)",
    "t = table([record(a: 1)])\nt |> with(twice: map(a, fn(v) = v + a))",
    "verb = where\ntable([record(a: 1)]) |> verb(a > 0)",
    "record(anything: 1, goes: 2)",
    "print(\"{1 + 1}\")",
    ":set format csv\nprint(1)",
    "xs = [1, 2]\nxs[1] = 3\nxs[2]",
    "print = 3\nprint + 1",
    "net = chain(3, sigmoid, init: normal(0, 1))\nflow(net)",
    "chain(3, leaky_relu(0.2), norm: batch)",
    "sweep(fn(depth, act: tanh) = depth, depth: 1..3, seeds: 2)",
    "fn f(a, b) = a + b\nsweep(f, a: 1..3, b: 2)",
    "sweep(critical, activation: [tanh, relu], bias_variance: 0.1)",
    "f = fn(x) = x\nf = fn(y) = y\nsweep(f, y: 1..3)",
  ]) func passes(text: String) {
    #expect(errors(text) == [])
  }

  @Test(arguments: [
    ("x = = 1\nprint(y)", ["foreign-syntax = =: write =="]),
    ("zz |> where(a > 1) |> selct(b)", ["unknown-name zz", "unknown-name selct: did you mean 'select'?"]),
    ("pritn(1)", ["unknown-name pritn: did you mean 'print'?"]),
    ("depth = 3\nprint(dpeth)", ["unknown-name dpeth: did you mean 'depth'?"]),
    ("print(qqqq)\nqqqq = 1", ["unknown-name qqqq: it is not assigned until later"]),
    ("print(qqqq)\nprint(qqqq)", ["unknown-name qqqq"]),
    ("zz.b = 1", ["unknown-name zz"]),
    ("zz[1] = 1", ["unknown-name zz"]),
    ("x = x + 1", ["unknown-name x: it is not assigned until later"]),
    ("for i in 1..3 { }\nprint(i)", ["unknown-name i"]),
    ("fn f(a) = a\nprint(a)", ["unknown-name a"]),
    ("fn f() { local_one = 1 }\nprint(local_one)", ["unknown-name local_one"]),
    ("fn f(a: wrong_default) = a", ["unknown-name wrong_default"]),
    ("print(\"{nobody}\")", ["unknown-name nobody"]),
    ("assert nobody, nobodi", ["unknown-name nobody", "unknown-name nobodi"]),
    ("while nobody { }", ["unknown-name nobody"]),
    ("fn ratio(n, act) = n\nratio(8, atc: 1)", ["unknown-argument atc: did you mean 'act'?"]),
    ("sweep(fn(act) = act, atc: [tanh])", ["unknown-argument atc: did you mean 'act'?"]),
    ("fn f(a, b) = a\nsweep(f, a: 1)", ["missing-argument sweep(f, a: 1)"]),
    ("sweep(critical, activatoin: tanh)", ["unknown-argument activatoin: did you mean 'activation'?"]),
    ("fn ratio(n, act) = n\nratio(8)", ["missing-argument ratio(8)"]),
    ("fn ratio(n, act) = n\nratio(8, 1, 2)", ["too-many-arguments 2"]),
    ("fn ratio(n, act) = n\n8 |> ratio(1, 2)", ["too-many-arguments 2"]),
    ("fn ratio(n, act) = n\nratio(8, n: 1)", ["duplicate-argument 1"]),
    ("chain(8, sigmoid, inti: normal(0, 1))", ["unknown-argument inti: did you mean 'init'?"]),
    ("chain(8, sigmoid, init: nromal(0, 1))", ["unknown-name nromal: did you mean 'normal'?"]),
    ("chain(8, sigmiod)", ["unknown-choice sigmiod: did you mean 'sigmoid'?"]),
    ("chain()", ["missing-argument chain()"]),
    ("t = table([])\nt |> where(nofunction(a) > 1)", ["unknown-name nofunction"]),
    ("t = table([])\nt |> where(exp(a, 1, 2, 3) > 1)", ["too-many-arguments 1"]),
  ]) func finds(text: String, expected: [String]) {
    #expect(errors(text) == expected)
  }

  /// The first error of the check is the error at run time.
  @Test(arguments: [
    "pritn(1)", "print(qqqq)", "fn ratio(n, act) = n\nratio(8)", "fn ratio(n, act) = n\nratio(8, atc: 1)", "chain()",
    "chain(8, sigmoid, inti: normal(0, 1))", "chain(8, sigmiod)", "abs(1, 2)",
  ]) func agreesWithTheRun(text: String) {
    let found = staticErrors(in: Source(name: "test", text: text), registry: .standard).first
    let met = fault(text)
    #expect(found?.code == met?.code && found?.message == met?.message && found?.notes == met?.notes)
    #expect(
      found?.labels.map(\.range) == met?.labels.map(\.range) && found?.labels.map(\.text) == met?.labels.map(\.text))
  }
}
