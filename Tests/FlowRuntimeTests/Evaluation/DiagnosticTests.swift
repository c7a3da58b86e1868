// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime
import FlowTables
import TestSupport
import Testing

/// The errors for mistakes in programs: code, message and underlined text.
struct DiagnosticTests {
  struct Case: CustomTestStringConvertible {
    let script: String
    let code: String
    let message: String
    let place: String
    let label: String

    init(_ script: String, _ code: String, _ message: String, at place: String, label: String = "") {
      self.script = script
      self.code = code
      self.message = message
      self.place = place
      self.label = label
    }
    var testDescription: String { script }
  }

  private static let table = "t = table([record(loss: 1), record(loss: 2)])\n"

  @Test(arguments: [
    Case("depht", "unknown-name", "unknown name 'depht'", at: "depht"),
    Case("fn f(n) = mlp([2, 3, 1], tanh, norm: n)\nf(batch)", "unknown-name", "unknown name 'batch'", at: "batch"),
    Case(
      "train(chain(2, tanh), xor(8), optimizer: adam(lr: 0.1))", "unknown-argument", "unknown argument 'lr' for adam",
      at: "lr", label: "did you mean 'rate'?"),
    Case("head([1])", "unknown-name", "unknown function 'head'", at: "head", label: "did you mean 'first'?"),
    Case("melt([1])", "unknown-name", "unknown function 'melt'", at: "melt", label: "did you mean 'longer'?"),
    Case(
      "pivot_wider([1])", "unknown-name", "unknown function 'pivot_wider'", at: "pivot_wider",
      label: "did you mean 'wider'?"),
    Case("merge([1])", "unknown-name", "unknown function 'merge'", at: "merge", label: "did you mean 'join'?"),
    Case(
      "train(mlp([4, 3], tanh), iris)", "wrong-type", "'data' of train must be a data set, but this is a function",
      at: "iris", label: "a call has parentheses: iris()"),
    Case(
      "net = chain(2, tanh)\nnet.weight", "unknown-field", "a network has no field 'weight', but its elements do",
      at: "weight"),
    Case("depth = 1\ndepht", "unknown-name", "unknown name 'depht'", at: "depht", label: "did you mean 'depth'?"),
    Case(
      "chain(8, tanh, he_normal)", "wrong-type",
      "'width' of chain must be a whole number of at least 1, but this is an initializer", at: "he_normal",
      label: "write init: he_normal"),
    Case(
      "compare(chain(2, tanh), xor(8))", "wrong-type",
      "'subjects' of compare must be a network, a run or a recording, but this is a data set", at: "xor(8)",
      label: "write data: xor(8)"),
    Case(
      "dense(3, bias: none)", "wrong-type",
      "'bias' of dense must be an initializer, auto, true or false, but this is none",
      at: "none"),
    Case(
      "mlp([2, 1], tanh, bias: 3)", "wrong-type",
      "'bias' of mlp must be an initializer, true or false, but this is a number",
      at: "bias: 3", label: "write bias: constant(3)"),
    Case(
      "evaluate(mlp([2, 3, 1], tanh), gaussian(4, 2, 1), loss: bce)", "network",
      "bce needs targets from 0 to 1, but those of gaussian range from -0.3141 to 2.121",
      at: "gaussian(4, 2, 1)"),
    Case("meen([1])", "unknown-name", "unknown function 'meen'", at: "meen", label: "did you mean 'mean'?"),
    Case(
      "round(1, decmials: 2)", "unknown-argument", "unknown argument 'decmials' for round", at: "decmials",
      label: "did you mean 'decimals'?"),
    Case(
      "fn f(a, rate: 1) = a\nf(1, rat: 2)", "unknown-argument", "unknown argument 'rat' for f", at: "rat",
      label: "did you mean 'rate'?"),
    Case("quantile([1])", "missing-argument", "missing argument 'share' for quantile", at: "quantile([1])"),
    Case("fn f(a) = a\nf()", "missing-argument", "missing argument 'a' for f", at: "f()"),
    Case("len(1, 2)", "too-many-arguments", "len takes at most 1 argument, but there are more", at: "2"),
    Case("fn f() = 1\nf(7)", "too-many-arguments", "f takes no arguments", at: "7"),
    Case("round(1, x: 2)", "duplicate-argument", "'x' of round is given twice", at: "2"),
    Case("fn f(a) = a\nf(1, a: 2)", "duplicate-argument", "'a' of f is given twice", at: "2"),
    Case("mean(\"x\")", "wrong-type", "'numbers' of mean must be a list of numbers, but this is a string", at: "\"x\""),
    Case(
      "round(1, decimals: 0.5)", "out-of-range",
      "'decimals' of round must be a whole number from 0 to 15, but this is 0.5", at: "0.5"),
    Case(
      "linspace(0, 1, points: \"3\")", "wrong-type",
      "'points' of linspace must be a whole number from 2 to 10000000, but this is a string", at: "\"3\""),
    Case(
      "quantile([1], 2)", "out-of-range",
      "'share' of quantile must be a number from 0 to 1 or a list of numbers, but this is 2", at: "2"),
    Case(
      "sort(3)", "wrong-type", "the first argument of sort must be a list or a table, but this is a number", at: "3"),
    Case("map([1], 2)", "wrong-type", "'function' of map must be a function, but this is a number", at: "2"),
    Case(
      "quantile([1, \"a\"], 0.5)", "wrong-type",
      "'numbers' of quantile must be a list of numbers, but this is a list that contains a string", at: "[1, \"a\"]"),
    Case("x = 3\nx(1)", "not-a-function", "'x' is a number, not a function", at: "x(1)", label: "write x * (1)"),
    Case(
      "sum = 3\nsum(1)", "not-a-function", "'sum' is a number here: it hides the function", at: "sum",
      label: "rename the variable; at the prompt, :forget sum brings it back"),
    Case("if 1 { }", "not-a-condition", "a condition must be true or false, but this is a number", at: "1"),
    Case("while [true] { }", "not-a-condition", "a condition must be true or false, but this is a list", at: "[true]"),
    Case(
      "for i in 3 { }", "not-iterable", "'for' needs a list, a range or a table, but this is a number", at: "3",
      label: "write 1..3"),
    Case(
      "1 + \"a\"", "wrong-type", "'+' cannot be applied to a number and a string", at: "1 + \"a\"",
      label: "write \"{1}a\""),
    Case("1 and true", "wrong-type", "'and' needs true or false, but this is a number", at: "1"),
    Case("true and 1", "wrong-type", "'and' needs true or false, but this is a number", at: "1"),
    Case("not 3", "wrong-type", "'not' needs true or false, but this is a number", at: "not 3"),
    Case("-\"a\"", "wrong-type", "'-' needs a number, but this is a string", at: "-\"a\""),
    Case("none < 1", "wrong-type", "'<' cannot be applied to none and a number", at: "none < 1"),
    Case(
      "[1, 2] + [1]", "length-mismatch", "the lists have different lengths: 2 on the left, 1 on the right",
      at: "[1, 2] + [1]"),
    Case("1..\"a\"", "wrong-type", "a range needs numbers, but this is a string", at: "\"a\""),
    Case("1..inf", "out-of-range", "a range needs finite numbers", at: "1..inf"),
    Case("1..2 step 0", "out-of-range", "the step of a range must not be 0", at: "1..2 step 0"),
    Case("xs = [1, 2]\nxs[3]", "bad-index", "index 3 is out of range: there are 2 elements", at: "3"),
    Case("xs = [1, 2]\nxs[0]", "bad-index", "index 0 is out of range: there are 2 elements", at: "0", label: "write 1"),
    Case("xs = [1, 2]\nxs[1.5]", "bad-index", "an index must be a whole number, but this is 1.5", at: "1.5"),
    Case(
      "xs = [1]\nxs[\"a\"]", "bad-index", "an index must be a whole number, but this is a string",
      at: "\"a\""),
    Case("x = 3\nx[1]", "bad-index", "a number has no elements to index", at: "1"),
    Case("xs = [1]\nxs[2] = 0", "bad-index", "index 2 is out of range: there is 1 element", at: "2"),
    Case(
      "record(loss: 1).lsos", "unknown-field", "unknown field 'lsos' for a record", at: "lsos",
      label: "did you mean 'loss'?"),
    Case("x = 3\nx.y", "unknown-field", "a number has no field 'y'", at: "y"),
    Case(table + "t.lsos", "unknown-column", "unknown column 'lsos'", at: "lsos", label: "did you mean 'loss'?"),
    Case(
      table + "t |> select(lsos)", "unknown-column", "unknown column 'lsos'", at: "lsos", label: "did you mean 'loss'?"),
    Case(
      table + "t |> where(lsos < 1)", "unknown-name", "unknown name 'lsos'", at: "lsos", label: "did you mean 'loss'?"),
    Case(
      table + "t |> where(loss)", "not-a-condition", "a condition must be true or false, but this is a number",
      at: "loss"),
    Case(
      table + "t |> where([true])", "length-mismatch", "the condition has 1 value, but the table has 2 rows",
      at: "[true]"),
    Case(
      table + "t |> with(a: [1])", "length-mismatch", "column 'a' needs 2 values, one per row, but there are 1",
      at: "[1]"),
    Case(
      table + "t |> summarize(loss: loss)", "wrong-type",
      "'loss' of summarize must return one value per group, but this is a list", at: "loss"),
    Case(
      table + "t |> summarize(x: mean)", "unknown-column", "unknown column 'x'", at: "mean",
      label: "name the column: mean(loss)"),
    Case(table + "t[1] = 2", "cannot-assign", "an element of a table cannot be changed", at: "1"),
    Case("x = 3\nx.y = 2", "cannot-assign", "'y' of a number cannot be changed", at: "y"),
    Case("[1, 2][1] = 2", "cannot-assign", "this value has no name, so a change would be lost", at: "[1, 2]"),
    Case(
      "xs = [1]\nfn f() { xs[1] = 2 }\nf()", "cannot-assign",
      "'xs' is defined outside this function, which cannot change it", at: "xs"),
    Case("assert 1 > 2", "assertion-failed", "assertion failed", at: "1 > 2"),
    Case("assert false, \"{1 + 1} is wrong\"", "assertion-failed", "2 is wrong", at: "false"),
    Case(
      "fn f(n) = f(n + 1)\nf(1)", "recursion-limit", "the calls are nested too deeply: more than 10000 levels",
      at: "f(n + 1)"),
    Case(
      ":set format cvs", "wrong-setting",
      "'format' must be \(formats), but this is 'cvs'",
      at: ":set format cvs"),
    Case(
      ":set fromat csv", "unknown-setting", "unknown setting 'fromat'", at: ":set fromat csv",
      label: "did you mean 'format'?"),
    Case(":set format", "wrong-setting", "':set' needs the name of a setting and its value", at: ":set format"),
    Case(
      ":load x.gf", "not-in-scripts",
      "':load' works only at the prompt; scripts can use ':set', ':cd' and ':forget'", at: ":load x.gf",
      label: "write include \"x.gf\""),
    Case(":forget x", "unknown-name", "unknown variable 'x'", at: ":forget x"),
    Case(":forget", "missing-argument", "':forget' needs the name of a variable", at: ":forget"),
    Case(":cd missing", "input-output", "cannot change to 'missing': No such file or directory", at: ":cd missing"),
    Case("arg(1)", "missing-argument", "the script needs at least 1 argument, but there are 0", at: "arg(1)"),
    Case("1 |> save(\"a.xyz\")", "unknown-format", "a number cannot be saved as '.xyz'", at: "\"a.xyz\""),
    Case("reduce([], fn(a, b) = a)", "out-of-range", "reduce of an empty list needs 'start'", at: "[]"),
    Case("number(\"x\")", "wrong-type", "\"x\" is not a number", at: "\"x\""),
    Case("sqrt([1, \"a\"])", "wrong-type", "sqrt needs numbers, but this list contains a string", at: "[1, \"a\"]"),
  ])
  func mistakesAreExplained(_ test: Case) throws {
    let diagnostic = try #require(fault(test.script))
    #expect(diagnostic.code == test.code)
    #expect(diagnostic.message == test.message)
    let label = try #require(diagnostic.labels.first)
    #expect(label.source.text(in: label.range) == test.place)
    #expect(label.text == test.label)
  }

  @Test func argumentErrorsShowTheSignature() throws {
    #expect(try #require(fault("round(1, decmials: 2)")).notes == ["round(x, decimals: 0)"])
    #expect(try #require(fault("fn f(a, k: 2) = a\nf(b: 1)")).notes == ["f(a, k: 2)"])
  }

  @Test func assertionsShowBothSides() throws {
    #expect(try #require(fault("x = 3\nassert x == 4")).notes == ["left: 3", "right: 4"])
  }

  @Test func errorsListTheCallers() throws {
    let diagnostic = try #require(fault("fn inner(x) = x + \"a\"\nfn outer(x) = inner(x)\nouter(1)"))
    #expect(diagnostic.calledFrom.map(\.function) == ["inner", "outer"])
    #expect(diagnostic.calledFrom.map { $0.source.text(in: $0.range) } == ["inner(x)", "outer(1)"])
  }

  @Test func repeatedCallersAreOneLine() throws {
    let diagnostic = try #require(fault("fn f(n) = f(n + 1)\nf(1)"))
    #expect(diagnostic.calledFrom.map { $0.source.text(in: $0.range) } == ["f(n + 1)", "f(1)"])
  }

  @Test func mutualRecursionKeepsFewCallers() throws {
    let diagnostic = try #require(fault("fn f(n) = g(n + 1)\nfn g(n) = f(n + 1)\nf(1)"))
    #expect(diagnostic.code == "recursion-limit")
    #expect(diagnostic.calledFrom.count == 8)
  }

  @Test func errorsInsideCallbacksPointThere() throws {
    let diagnostic = try #require(fault("map([1], fn(x) = x + \"a\")"))
    #expect(diagnostic.labels.first.map { $0.source.text(in: $0.range) } == "x + \"a\"")
    #expect(diagnostic.calledFrom.map(\.function) == ["fn"])
  }

  @Test func syntaxErrorsRunNothing() throws {
    let scripted = ScriptedHost()
    let interpreter = Interpreter(host: scripted.host())
    do throws(Diagnostic) {
      try interpreter.run(Source(name: "test", text: "print(1)\nx = = 2"))
      Issue.record("it ran")
    } catch {
      #expect(error.phase == .syntax)
    }
    #expect(scripted.output.isEmpty)
  }
}

/// The formats as messages list them.
private let formats =
  "auto, " + Format.allCases.dropLast().map { "\($0.rawValue), " }.joined().dropLast(2)
  + " or \(Format.allCases.last!.rawValue)"
