// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import SeededRandom
import TestSupport
import Testing

@testable import FlowRuntime

/// A list behaves in the same way however its elements are stored.
struct ListStorageTests {
  /// Every operator and every builtin of lists and numbers, with the lists `x` and `y` and the single value `s`.
  private static let expressions =
    ["+", "-", "*", "/", "%", "^", "==", "!=", "<", "<=", ">", ">=", "and", "or"].flatMap { symbol in
      ["x \(symbol) y", "x \(symbol) s", "s \(symbol) x", "x \(symbol) x", "x \(symbol) 2", "1..len(x) \(symbol) x"]
    }
    + [
      "abs", "sign", "sqrt", "exp", "log", "log2", "log10", "sin", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos",
      "atan", "erf", "floor", "ceil", "finite", "isnan", "round", "mean", "std", "median", "product", "sum", "min",
      "max",
      "len", "first", "last", "reverse", "unique", "cumsum", "all", "any", "sort", "shape", "transpose", "str", "type",
      "hist", "plot", "table",
    ].map { "\($0)(x)" }
    + [
      "-x", "not x", "x", "\"{x}\"", "x[1]", "x[-1]", "x[2]", "x[0]", "x[99]", "x[1.5]", "x[2..-1]", "x[[1, 1, 2]]",
      "x[x == x]", "x[1][1]", "x[1][-1]", "x.a", "x[\"a\"]", "round(x, decimals: 1)", "quantile(x, 0.3)",
      "quantile([1, 2, 5], x)", "min(x, y)", "max(1, x)", "first(x, 2)", "last(x, 2)", "first(x, 0)", "append(x, s)",
      "append(x, y)", "append(x, 1, [2])", "concat(x, y)", "concat(x, x)", "concat(y, x)", "contains(x, s)",
      "contains(x, 1)", "contains([y], x)", "contains([x], x)", "contains(x, [1, 2])", "zip(x, y)", "zip(x, x)",
      "zip(x, 1..3)", "map(x, fn(e) = e)", "map(x, fn(e) = [e, 1])", "map(x, type)", "filter(x, fn(e) = e == s)",
      "filter(x, fn(e) = e != s)", "reduce(x, fn(a, b) = a + b)", "reduce(x, fn(a, b) = a, start: 0)",
      "sort(x, desc: true)", "sort(x, by: fn(e) = 1)", "join(x, \";\")", "matmul(x, y)", "matmul(y, x)",
      "matmul(x, x)", "matmul(transpose(x), x)", "record(a: x)", "table([record(a: x)])", "[x, y]", "[x, x]", "[[x]]",
      "curve(sin, points: max(2, len(x))) |> with(z: x)", "x |> concat([none])", "sum(x[1])", "shape([x, x])",
      "curve(sin, points: max(2, len(x))) |> sort(x)", "curve(sin, points: max(2, len(x))) |> sort([x, x], desc: true)",
      "curve(sin, points: max(2, len(x))) |> with(slope: x) |> plot(y: slope)", "plot(x, y)",
      "curve(sin, points: max(2, len(x))) |> hist(x)", "[x, x] * 2", "concat(x, [none]) + concat(x, [none])",
      "concat(x, [none]) < 1", "not (x > 1)", "zip([x, x], [y, y])", "transpose(zip(x, y))", "hist([x, [x, none]])",
      "concat(x, x, [true])", "concat(x, [s], x)", "zip(x, y, x)", "zip(x, y)[1][1]", "zip(x, y)[1][1][2..-1]",
      "sum(zip(x, y)[1][1])", "zip(x, y) + zip(x, y)", "zip(x, y) == zip(x, y)", "shape(zip(x, y))",
      "map(zip(x, y), fn(e) = e[1])", "map(zip(x, y), fn(e) = concat(e[1], e[2]))", "sin(zip(x, y)[1][1])",
      "dataset(x, y).inputs", "dataset(x, y).targets", "dataset([x, x], [1, 2], missing: mean).inputs",
      "dataset(zip(x, y), x).inputs", "dataset(record(a: x, b: y), target: \"b\").targets", "dataset(x, y, classes: y)",
      "predict(mlp([2, 1], tanh), x)", "predict(mlp([1, 1], tanh), x)",
      "[zip(x, y)[1][1], [1, 2]]", "unique(zip(x, y, x))", "-zip(y, x)", "sort(zip(x, y)[1][2], desc: true)",
    ]

  /// Statements that change `z`, a list that shares its elements with `x`.
  private static let changes = [
    "z[1] = 5", "z[-1] = \"t\"", "z[2] = none", "z[1] = [1, 2]", "z[1][1] = 7", "z[1][2] = \"u\"", "z[2] = x",
    "z[1] = z",
    "z[1][1][1] = 0", "z[99] = 1", "z[1].a = 2", "z[1..2] = 3",
  ]

  /// Each line prints, or ends in an error, whose text is compared too.
  private func results(_ lines: [String], _ values: [(name: String, value: Value)]) -> [String] {
    ["tsv", "json"].flatMap { format in
      let scripted = ScriptedHost()
      let interpreter = Interpreter(host: scripted.host())
      func run(_ text: String) {
        do throws(Diagnostic) {
          try interpreter.run(Source(name: "test", text: text))
        } catch {
          scripted.state.withLock { $0.output += render(error, style: DiagnosticStyle(form: .short)).raw }
        }
      }
      run(":set format \(format)")
      return lines.map { line in
        for (name, value) in values { interpreter.define(name, value) }
        scripted.state.withLock { $0.output = "" }
        run(line)
        return "\(line): " + scripted.output
      }
    }
  }

  @Test(arguments: 0..<24) func cannotBeObserved(_ seed: UInt64) {
    var random = RandomValues(seed: seed)
    let x = random.list()
    let y = seed % 3 == 0 ? random.list(like: x) : random.list()
    let single = random.single()
    let statements =
      Self.changes.map { "z = x; \($0); print(z); print(x)" }
      + Self.changes.map { "z = zip(x, y); \($0); print(z); print(x)" }
      + ["z = zip(x, y); x[1][1] = 5; print(z); print(x)"]
    let lines = Self.expressions + statements
    let compact = results(lines, [("x", .list(x)), ("y", .list(y)), ("s", single)])
    for (first, second) in [(x.boxed, y), (x, y.boxed), (x.boxed, y.boxed), (x.shared, y), (x, y.shared)] {
      let other = results(lines, [("x", .list(first)), ("y", .list(second)), ("s", single)])
      for (expected, found) in zip(compact, other) {
        #expect(found == expected, "x is \(Value.list(x).source), y is \(Value.list(y).source)")
      }
    }
  }

  @Test func valuesTakeThreeWords() {
    #expect(MemoryLayout<Value>.stride == 24)
    #expect(MemoryLayout<List>.size == 16)
  }

  /// The ways in which the language makes lists all store numbers compactly.
  @Test(arguments: [
    ("[1, 2, 3]", 24), ("linspace(0, 1, 10)", 80), ("map(1..4, fn(i) = i)", 32), ("-(1..5)", 40), ("(1..5) * 2", 40),
    ("[1, 2, 3][[1, 3]]", 16), ("append([], 1)", 8), ("concat([1], 2..3)", 24), ("reverse(1..3)", 24),
    ("unique([1, 1])", 8), ("filter(1..4, fn(i) = i > 2)", 16), ("cumsum([1, none])", 16), ("sort([2, 1])", 16),
    ("first([1, 2, 3], 2)", 16), ("quantile(1..9, [0, 1])", 16), ("sin([1, 2])", 16), ("round([1, 2])", 16),
    ("curve(sin, points: 7).x", 56), ("mlp([3, 2], tanh)[1].bias", 16), ("mlp([3, 2], tanh)[1].weight", 48),
    ("[[1, 2], [3, 4]]", 32), ("-[[1, 2], [3, 4]] + 1", 32), ("sin([[1, 2], [3, 4]])", 32), ("zip(1..4, 1..4)", 64),
    ("gaussian(10, 3).inputs", 240), ("transpose([[1, 2, 3]])", 24), ("matmul([[1], [2]], [[3, 4]])", 32),
    ("map(1..4, fn(i) = [i, i])", 64), ("matmul([[1], [2]], [4])", 16), ("[1, none, 3] ", 72), ("[]", 0),
    ("[none, 1, 2][2..3]", 16), ("map([none, 1], fn(e) = 1)", 16),
  ])
  func isCompact(_ expression: String, _ bytes: Int) throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    try interpreter.run(Source(name: "test", text: "x = \(expression)"))
    #expect(interpreter.globals.first { $0.name == "x" }?.value.elements?.bytes == bytes)
  }

  /// A row of a large matrix is shared by all that read it.
  @Test func longRowsAreFlatToo() throws {
    let interpreter = Interpreter(host: ScriptedHost().host())
    try interpreter.run(Source(name: "test", text: "x = mlp([100, 50], tanh)[1].weight; y = x * 2 + 1; z = sin(x)"))
    for (name, value) in interpreter.globals {
      let rows = try #require(value.elements)
      #expect(rows.count == 50 && rows.allSatisfy { $0.elements?.numbers?.count == 100 }, "\(name)")
    }
  }
}

/// Random lists of all the kinds that are stored in different ways, and lists that are hard to tell from them.
private struct RandomValues: RandomNumberGenerator {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  mutating func next() -> UInt64 { generator.next() }

  mutating func number() -> Double {
    let special: [Double] = [0, -0.0, 1, 2, -1, 0.5, 1e300, 0x1p-1070, .infinity, -.infinity, .nan, 3, 7]
    return Bool.random(using: &self) ? special.randomElement(using: &self)! : .random(in: -10...10, using: &self)
  }

  mutating func single() -> Value {
    switch Int.random(in: 0..<6, using: &self) {
    case 0: .none
    case 1: .string("t")
    case 2: .boolean(true)
    default: .number(number())
    }
  }

  mutating func numbers(_ count: Int) -> List { List((0..<count).map { _ in number() }) }

  mutating func matrix(_ rows: Int, _ columns: Int) -> List {
    List((0..<rows).map { _ in .list(numbers(columns)) } as [Value])
  }

  mutating func list() -> List {
    let count = Int.random(in: 0..<6, using: &self)
    return switch Int.random(in: 0..<8, using: &self) {
    case 0, 1: numbers(count)
    case 2: matrix(count, Int.random(in: 0..<5, using: &self))
    case 3: matrix(2, NumberRows.longest + Int.random(in: 0..<2, using: &self))
    case 4: List((0..<count).map { _ in single() } as [Value])
    case 5: List((0..<count).map { .list(numbers($0 % 3)) } as [Value])
    case 6: List((0..<count).map { _ in .list(matrix(2, 2)) } as [Value])
    default: List((0..<count).map { $0 % 2 == 0 ? .list(numbers(2)) : single() } as [Value])
    }
  }

  /// A list of the same shape if it is one of numbers.
  mutating func list(like other: List) -> List {
    if let numbers = other.numbers { return self.numbers(numbers.count) }
    if let rows = other.rows { return matrix(rows.count, rows.columns) }
    return other
  }
}

extension List {
  /// The size in bytes, without what values refer to.
  fileprivate var bytes: Int {
    switch storage {
    case .values(let values): values.count * MemoryLayout<Value>.stride
    case .numbers(let numbers): numbers.count * MemoryLayout<Double>.stride
    case .rows(let rows): rows.numbers.count * MemoryLayout<Double>.stride
    case .row(let row): row.count * MemoryLayout<Double>.stride
    }
  }

  /// The same elements, with short rows and lists of numbers stored as parts of a longer array.
  fileprivate var shared: List {
    switch storage {
    case .numbers(let numbers): List(.row(NumberRow([.nan] + numbers + [.nan], 1..<numbers.count + 1)))
    case .rows(let rows): List(.values(rows.indices.map { .list(List(.row(rows.shared($0)))) }))
    case .row: self
    case .values(let values):
      List(.values(values.map { if case .list(let list) = $0 { .list(list.shared) } else { $0 } }))
    }
  }

  /// The same elements, all of them stored as values.
  fileprivate var boxed: List {
    List(.values(map { if case .list(let list) = $0 { .list(list.boxed) } else { $0 } }))
  }
}
