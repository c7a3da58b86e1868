// SPDX-License-Identifier: GPL-3.0-or-later

/// A case for each builtin of lists, numbers, texts, tables and output, and for other code of the language.
extension StopCase {
  private static let list = "xs = linspace(0, 1, 1e7)"
  private static let mixed = "xs = sin(linspace(0, 1e7, 4e6))"
  private static let table = "t = curve(sin, points: 1e6)"
  private static let recording =
    "t = table(map(1..100000, fn(i) = record(step: floor(i / 10), layer: i % 10, grad_norm: i, loss: i)))"
  /// 50 MB.
  private static let text = "s = \"1234 A\"; for i in 1..23 { s = s + s }"
  /// The same size in two-byte characters, which are slower.
  private static let foreignText = "s = \"éàöß \"; for i in 1..22 { s = s + s }"

  /// Small in memory, but endless when written.
  private static let shared =
    "y = record(a: 1); z = record(a: 1); for i in 1..40 { y = record(a: y, b: y); z = record(a: z, b: z) }"

  static let lists: [StopCase] = [
    StopCase("linspace", "linspace(0, 1, 1e7)"),
    StopCase("logspace", "logspace(0, 1, 1e7)"),
    StopCase("first(list)", list, "first(xs, 9000000)"),
    StopCase("last(list)", list, "last(xs, 9000000)"),
    StopCase("append", list, "append(first(xs, 9000000), 1)"),
    StopCase("concat(list)", "xs = linspace(0, 1, 5e6)", "concat(xs, xs)"),
    StopCase("reverse", list, "reverse(xs)"),
    StopCase("unique", list, "unique(xs)"),
    StopCase("contains(list)", list, "contains(xs, \"x\")"),
    StopCase("zip", "xs = linspace(0, 1, 3e6)", "zip(xs, xs)"),
    StopCase("shape", "xs = linspace(0, 1, 2e6); ys = zip(xs, xs > 0)", "shape(ys)"),
    StopCase("transpose", "m = mlp([3000, 3000], relu, init: zeros)[1].weight", "transpose(m)"),
    StopCase("matmul", "m = mlp([3000, 3000], relu, init: zeros)[1].weight", "matmul(m, m)"),
    StopCase("cumsum", list, "cumsum(xs)"),
    StopCase("map", "map(1..10000000, fn(x) = x^2)"),
    StopCase("filter", "filter(1..10000000, fn(x) = x > 2)"),
    StopCase("reduce", "reduce(1..10000000, fn(a, b) = a + b)"),
    StopCase("all", "xs = linspace(0, 1, 5e6) >= 0", "all(xs)"),
    StopCase("any", "xs = linspace(0, 1, 5e6) < 0", "any(xs)"),
    StopCase("sort(list)", mixed, "sort(xs)"),
    StopCase("sort(list) by a function", mixed, "sort(xs, by: fn(x) = -x)"),
  ]

  static let numbers: [StopCase] =
    [
      StopCase("sin", list, "sin(xs)"),
      StopCase("round", list, "round(xs, decimals: 3)"),
      StopCase("finite", list, "finite(xs)"),
      StopCase("mean", list, "mean(xs)"),
      StopCase("std", list, "std(xs)"),
      StopCase("median", mixed, "median(xs)"),
      StopCase("quantile", mixed, "quantile(xs, linspace(0, 1, 1000))"),
      StopCase("product", list, "product(xs)"),
      StopCase("sum", list, "sum(xs)"),
      StopCase("min", list, "min(xs)"),
      StopCase("max", list, "max(xs)", twin: "min"),
      StopCase("isnan", list, "isnan(xs)", twin: "finite"),
    ]
    + [
      "abs", "sign", "sqrt", "exp", "log", "log2", "log10", "cos", "tan", "sinh", "cosh", "tanh", "asin", "acos",
      "atan", "erf", "floor", "ceil",
    ].map { StopCase($0, list, "\($0)(xs)", twin: "sin") }

  static let texts: [StopCase] = [
    StopCase("split(text)", text, "split(s, \" \")"),
    StopCase("split(text) into characters", "s = \"1234 A\"; for i in 1..18 { s = s + s }", "split(s, \"\")"),
    StopCase("split(text) of two bytes", foreignText, "split(s, \" \")"),
    StopCase("contains(text)", text, "contains(s, \"x\")"),
    StopCase("contains(text) of two bytes", foreignText, "contains(s, \"x\")"),
    StopCase("str", "xs = linspace(0, 1, 4e6)", "str(xs)"),
    StopCase("upper", foreignText, "upper(s)"),
    StopCase("lower", foreignText, "lower(s)"),
    StopCase("trim", "s = \" \"; for i in 1..25 { s = s + s }", "trim(s)"),
    StopCase("replace", text, "replace(s, \" \", \";\")"),
    StopCase("join(list)", "join(1..10000000, \",\")"),
    StopCase("starts_with", foreignText, "starts_with(s, s)"),
    StopCase("ends_with", foreignText, "ends_with(s, s)"),
    StopCase("len", foreignText, "len(s)"),
  ]

  static let tables: [StopCase] = [
    StopCase("first(table)", table, "first(t, 900000)"),
    StopCase("last(table)", table, "last(t, 900000)"),
    StopCase("concat(table)", table, "concat(t, t, t)"),
    StopCase("sort(table)", table, "sort(t, slope)"),
    StopCase("sort(table) by two columns", table, "sort(t, [floor(slope * 9), x])"),
    StopCase("table", "xs = map(1..200000, fn(i) = record(a: i, b: 2))", "table(xs)"),
    StopCase("where", table, "where(t, slope > 0.5 and x < 3)"),
    StopCase("select", table, "select(t, x, y: value + slope)"),
    StopCase("with", table, "with(t, y: value * 2 + slope)"),
    StopCase("summarize", table + " |> with(g: floor(x * 10000))", "summarize(t, by: g, value: mean)"),
    StopCase("summarize without summaries", table, "summarize(t)"),
    StopCase("longer", table, "longer(t, [value, slope])"),
    StopCase("read", table + "\nsave(t, \"t.tsv\")", "read(\"t.tsv\")"),
    StopCase("read without comments", table + "\nsave(t, \"t.tsv\")", "read(\"t.tsv\", comment: \"#\")"),
    StopCase("wider", table + " |> select(x, value)\nt = longer(t, [value])", "wider(t)"),
    StopCase("join(a)", table, "join(t, t, by: x)"),
    StopCase("join(a) with all rows", table, "join(t, with(t, x: x + 100), by: x, keep: full)"),
    StopCase("plot(table)", table, "plot(t)"),
    StopCase("plot(table) as a heat map", table, "plot(t, x: floor(x * 100), y: floor(value * 100), z: slope)"),
    StopCase("plot(table) as bars", "t = curve(sin, points: 1e5)", "plot(t, kind: bar)"),
    StopCase("plot(numbers)", list, "plot(xs)"),
    StopCase("plot(numbers), smoothed", list, "plot(xs, smooth: 1000, smoother: median)"),
    StopCase(
      "runs", "train(chain(2, tanh), gaussian(4, 1, 1), steps: 1, into: \"r.db\");", "runs(\"r.db\")"),
    StopCase("recorded", recording, "recorded(t)"),
    StopCase("flow(recording)", recording + "\nr = recorded(t)", "r.flow"),
    StopCase("diagnose(recording)", recording + "\nr = recorded(t)", "diagnose(r)"),
    StopCase("plot(recording)", recording + "\nr = recorded(t)", "plot(r)"),
    StopCase(
      "plot(run)", "r = train(chain(2, tanh), gaussian(1000), batch: 1, epochs: 100, record: none)", "plot(r)"),
    StopCase("hist(numbers)", list, "hist(xs)"),
    StopCase("hist(table)", table, "hist(t, slope)"),
  ]

  static let output: [StopCase] = [
    StopCase("print", list, "print(xs)"),
    StopCase("print of a table", table, "print(t)"),
    StopCase("print of a plot", table, "print(plot(t))"),
    StopCase("print of a plot with a long title", foreignText, "str(plot([1, 2], title: s))"),
    StopCase("print of a record with a long text", foreignText, "str(record(a: s))"),
    StopCase("emit", table, "emit(t)"),
    StopCase("warn", "xs = linspace(0, 1, 2e6)", "warn(str(xs))"),
    StopCase("save(value)", table, "save(t, \"t.tsv\")"),
    StopCase(
      "save(run)", "r = train(chain(30, tanh), gaussian(500), batch: 1, epochs: 20)",
      "save(r, \"r.db\", replace: true)"),
    StopCase("save as JSON", table, "save(t, \"t.json\")"),
    StopCase("save as a script of gnuplot", table + " |> plot", "save(t, \"t.gp\")"),
    StopCase("save as a script of gnuplot with a long title", text, "save(plot([1, 2], title: s), \"t.gp\")"),
    StopCase("save as a picture", table + " |> plot", "save(t, \"t.svg\")"),
    StopCase("pipe", "pipe(1, \"sleep 30\")"),
    StopCase("pipe to a command that starts others", "pipe(1, \"sleep 30; sleep 30 | sleep 30\")"),
    StopCase("pipe to a command that reads nothing", table, "pipe(t, \"sleep 30\")"),
    StopCase(
      "pipe to a command that ignores signals", "pipe(1, \"trap '' TERM INT; while true; do sleep 0.01; done\")"),
  ]

  static let language: [StopCase] = [
    StopCase("operators on lists", list, "xs + xs * 2"),
    StopCase("comparison of lists", list, "xs == xs"),
    StopCase("negation of a list", list, "-xs"),
    StopCase(
      "load of a run",
      "r = train(chain(30, tanh), gaussian(500), batch: 1, epochs: 20); save(r, \"r.db\", replace: true)",
      "load(\"r.db\")"),
    StopCase("an operator on a range", "(1..10000000) + 1"),
    StopCase("equality of records in records", shared, "contains([y], z)"),
    StopCase("text of records in records", shared, "str(y)"),
    StopCase("equality of nested lists", "xs = [linspace(0, 1, 1e7)]", "contains(xs, concat(first(xs), []))"),
    StopCase("text of a list", list, "\"{xs}\""),
    StopCase("text of a list of texts", foreignText, "str([s])"),
    StopCase("index by a range", list, "xs[1..9000000]"),
    StopCase("index by booleans", "xs = linspace(0, 1, 3e6)", "xs[xs > 0.1]"),
    StopCase("index into a text", foreignText, "s[-1]"),
    StopCase("a range of a text", foreignText, "s[1..3000000]"),
    StopCase("assignment to an element", "xs = linspace(0, 1, 3e6)", "ys = xs; ys[5] = 0"),
    StopCase("for", list, "for x in xs { x + 1 }"),
    StopCase("while", "while true { 1 + 1 }"),
    StopCase("recursion", "fn f(n) { if n < 2 { 1 } else { f(n - 1) + f(n - 2) } }", "f(40)"),
    StopCase("column of a table", table, "t.slope"),
    StopCase("fields of records", "xs = map(1..200000, fn(i) = record(a: i))", "xs.a"),
    StopCase("weights of a layer", "n = mlp([3000, 3000], relu, init: zeros)", "n[1].weight"),
    StopCase(
      "assignment of weights", "n = mlp([1500, 1500], relu, init: zeros); w = n[1].weight", "n[1].weight = w"),
    StopCase("inputs of data", "d = gaussian(500000, 20)", "d.inputs"),
    StopCase("equality of data", "d = gaussian(500000, 20)", "d == take(d, 500000)"),
    StopCase(
      "flow of a run", "r = train(chain(30, tanh), gaussian(500), batch: 1, epochs: 20)", "r.flow"),
    StopCase(
      "steps of a run", "r = train(chain(2, tanh), gaussian(1000), batch: 1, epochs: 100, record: none)", "r.steps"),
  ]
}
