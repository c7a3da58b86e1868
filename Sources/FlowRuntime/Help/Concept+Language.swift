// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Concept {
  /// The language itself; grammar.md is its reference.
  package static let language = [
    Concept(
      "values", in: .language,
      aliases: [
        "types", "value types", "true", "false", "none", "inf", "nan", "list", "lists of values", "boolean", "booleans",
        "constants",
      ],
      "Numbers, strings, booleans, none, lists, ranges, records, tables and functions are values; networks are shared.",
      """
      A number is a double: 1, 1_000, .5, 1e-3, inf, nan. none is a missing value. What is assigned or handed over is a
      copy, so a change of one name leaves the others alone. Networks, data sets and runs are shared by all their names.

      type(x) tells which it is. At the prompt _ and ans are the last value, and :list shows your names.
      """,
      lists: [
        GlossList(
          "Types",
          [
            Gloss("number", "8, 1_000, .5, 1e-3, inf, nan"),
            Gloss("string", "text in double quotes: \"{act.name}: {x}\""),
            Gloss("boolean", "true, false"), Gloss("none", "a missing value"),
            Gloss("list", "[1, 2, 3], counted from 1"), Gloss("range", "1..8, both ends included; 1..9 step 2"),
            Gloss("record", "named values: record(a: 1, b: 2), or a row of a table"),
            Gloss("table", "columns of equal length, as flow gives them"),
            Gloss("function", "fn(x) = x ^ 2, or the name of a function"),
            Gloss("network", "what chain, mlp and sequence make"), Gloss("data", "samples with targets"),
            Gloss("run", "the record of a training"),
            Gloss("activation, loss, ...", "a named choice such as tanh or adam(0.01)"),
          ])
      ],
      example: """
        a = [1, 2, 3]
        b = a
        b[1] = 100
        a
        map([1, "x", true, none, 1..3, relu], type)
        """, seeAlso: ["type", "strings", "ranges", "tables", "functions", "networks", "choices"]),
    Concept(
      "statements", in: .language,
      aliases: [
        "if", "else", "for", "in", "while", "break", "continue", "assert", ";", "=", "{", "}", "{}", "#", "blocks",
        "loops",
        "assignment", "comments", "comment", "keywords", "continuation", "syntax",
      ],
      "A statement ends with its line or with ';'. An expression that stands alone prints its value.",
      """
      name = value makes a name or gives it another value; there is no let. A ';' behind an expression keeps it silent. #
      begins a comment. A line goes on inside brackets, after an operator, a comma or |>, and in a file the next line may
      begin with |>.

      if, for and while take a block in braces. else stands behind the '}'. for goes through a list, a range or the rows of
      a table. break ends a loop and continue begins its next round. A condition is true or false, nothing else: all(list)
      and any(list) make one of many. assert ends a script with an error where a condition fails.

      There are no other keywords than fn, return, and, or, not, true, false, none and these.
      """,
      example: """
        total = 0
        for n in 1..10 {
          if n % 2 == 0 { continue }
          if n > 8 { break } else { total = total + n }
        }
        total
        assert total == 16, "1 + 3 + 5 + 7"
        """, seeAlso: ["functions", "operators", "ranges", "scripts"]),
    Concept(
      "functions", in: .language,
      aliases: [
        "function", "fn", "return", "closure", "closures", "lambda", "(", ")", "()", "parameters", "arguments", ":",
      ],
      "fn makes a function: fn name(x) = expression, or fn name(x) { ... return value }.",
      """
      A parameter with a default, k: 1, may be left out and is given by name. A call has its positional arguments first,
      then name: value. Without return, a block gives its last expression.

      fn(x) = x ^ 2 without a name is a function as a value, for map, filter, sweep and the like. A function sees the names
      around it, as they are when it is called, and cannot change them: what it assigns is its own.
      """,
      example: """
        fn total(n, act: tanh) = first(flow(chain(n, act, width: 16))).log10_total
        total(8)
        total(8, act: sigmoid)
        map([2, 4, 8], fn(n) = n ^ 2)
        """, seeAlso: ["statements", "pipes", "map", "sweep"]),
    Concept(
      "operators", in: .language,
      aliases: OperatorTable.levels.filter { $0.form == .binary || $0.form == .prefix }.flatMap(\.spellings)
        + ["operator", "arithmetic", "precedence", "elementwise"],
      "Arithmetic and comparison work on numbers, and element by element on lists and columns.",
      """
      A single number goes with every element of a list: 2 * [1, 2] is [2, 4]. Two lists must be equally long. Comparison
      gives a list of booleans then; and, or and not combine them in where(...).

      Matrices are lists of lists, so * multiplies them element by element; matmul(a, b) is the matrix product.

      The levels below go from the loosest to the tightest. Calls, x[i] and x.name bind tighter than all of them.
      """,
      lists: [
        GlossList("Levels", OperatorTable.levels.map { Gloss($0.spellings.joined(separator: " "), $0.meaning) })
      ],
      example: """
        [1, 2, 3] ^ 2 > 3
        -2 ^ 2
        7 % 3 == 1 and not 2 > 3
        """, seeAlso: ["pipes", "ranges", "numbers", "matmul", "statements"]),
    Concept(
      "pipes", in: .language, aliases: ["|>", "piping"],
      "x |> f(a) is f(x, a): what stands on the left becomes the first argument of the call on the right.",
      """
      So a table goes through one verb after the other, in the order in which it is read. A function without further
      arguments needs no brackets: flow(net) |> columns.

      pipe(table, "command") hands a table to a command of the system; that is another thing.
      """,
      example: """
        flow(chain(8, sigmoid)) |> where(log10_total < -1) |> select(layer, log10_total) |> sort(log10_total)
        [3, 1, 2] |> sort |> reverse
        """, seeAlso: ["tables", "operators", "functions", "pipe"]),
    Concept(
      "tables", in: .language, aliases: ["table verbs", "records", "columns as names", "rows"],
      "A table is a value, and its verbs make new tables: where, select, with, sort, summarize, concat.",
      """
      In the arguments of these verbs the columns are names, before your variables: where(log10_total < -1 and layer > 2).
      A condition is worked out for all rows at once.

      t.loss is a column as a list. t[3] is a row, a record, and t[3].loss a value. t[2..4] and first(t, 3) are tables
      again. t[t.loss < 1] takes the rows where the list is true. table(records) makes a table, emit adds rows one by one.

      At the prompt a long table shows its head and its tail; print(_) shows all of it.
      """,
      example: """
        t = table([record(act: "tanh", loss: 0.3), record(act: "relu", loss: 0.1), record(act: "tanh", loss: 0.5)])
        t |> where(loss < 0.4) |> with(percent: 100 * loss)
        t |> summarize(by: act, loss: mean)
        t[1].loss
        t.loss
        """, seeAlso: ["where", "select", "with", "summarize", "pipes", "output formats"]),
    Concept(
      "strings", in: .language, aliases: ["string", "text", "interpolation", "\"", "escapes", "\\"],
      "A string stands in double quotes; {expression} inside puts a value in.",
      """
      The escapes are \\n \\t \\" \\\\ \\{ and \\u{1F600}. A string may run over several lines, an expression in it may not.
      Strings in an expression in a string are fine. format_number(x, 3) chooses the digits.
      """,
      example: """
        x = 2 / 3
        print("x is {x}, about {format_number(x, 2)}; {join(["a", "b"], "+")}")
        """, seeAlso: ["values", "format_number", "join", "print"]),
    Concept(
      "ranges", in: .language,
      aliases: ["..", "step", "[", "]", "[]", "index", "indexing", "slices", "slice", "position"],
      "1..8 has both ends, and positions count from 1; x[-1] is the last element.",
      """
      1..9 step 2 takes every second number. linspace and logspace make evenly spaced numbers. x[2] is an element, x[2..-1]
      all but the first, x[[1, 3]] two of them, and a list of booleans takes those where it is true. x[2] = v changes one
      place; rows of tables and layers of networks are counted the same way.
      """,
      example: """
        x = [10, 20, 30, 40]
        x[-1]
        x[2..3]
        x[x > 15]
        sum(1..9 step 2)
        """, seeAlso: ["lists", "values", "linspace", "statements"]),
  ]
}
