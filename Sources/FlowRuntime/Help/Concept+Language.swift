// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Concept {
  /// The help pages on the language. The reference is grammar.md.
  package static let language = [
    Concept(
      "values", in: .language,
      aliases: [
        "types", "value types", "true", "false", "none", "inf", "nan", "list", "lists of values", "boolean", "booleans",
        "constants",
      ],
      "Every value has a type. Most values are copied on assignment; networks, data sets and runs are shared.",
      """
      A number is a double: 1, 1_000, .5, 1e-3, inf, nan. none is a missing value. Assigning a value or passing it to a
      function copies it, so a later change to one copy does not affect the other. Networks, data sets and runs are not
      copied: all names refer to the same object.

      type(x) returns the name of the type of x. At the prompt, _ and ans hold the last value, and :list shows your names.
      """,
      lists: [
        GlossList(
          "Types",
          [
            Gloss("number", "8, 1_000, .5, 1e-3, inf, nan"),
            Gloss("string", "text in double quotes: \"{act.name}: {x}\""),
            Gloss("boolean", "true, false"), Gloss("none", "a missing value"),
            Gloss("list", "[1, 2, 3], counted from 1; concat joins lists"),
            Gloss("range", "1..8, both ends included; 1..9 step 2"),
            Gloss("record", "named values: record(a: 1, b: 2), or a row of a table"),
            Gloss("table", "columns of equal length, such as flow returns"),
            Gloss("function", "fn(x) = x ^ 2, or the name of a function"),
            Gloss("network", "made by chain, mlp and sequence"), Gloss("data", "samples with targets"),
            Gloss("run", "the record of a training run"),
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
      "A statement ends at the end of its line or at ';'. An expression on its own prints its value.",
      """
      name = value defines a variable or gives it a new value; there is no let. A ';' after an expression suppresses its
      output. # starts a comment. A statement continues on the next line inside brackets and after an operator, a comma or
      |>. In a file, the next line may also begin with |>.

      if, for and while take a block in braces. At the prompt, else must follow the '}' on the same line. for x in y loops
      over a list, a range or the rows of a table. break ends a loop and continue starts its next iteration. A condition
      must be true or false; all(list) and any(list) turn a list of booleans into one. assert ends a script with an error if
      its condition is false.

      The other keywords are fn, return, and, or, not, true, false and none.
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
      "fn defines a function: fn name(x) = expression, or fn name(x) { ... return value }.",
      """
      A parameter with a default, such as k: 1, may be omitted. Arguments may be passed by name, as name: value, after the
      positional ones. Without return, a block returns the value of its last expression.

      fn(x) = x ^ 2 is an anonymous function, to pass to map, filter, sweep and the like. A function can read the
      variables around it, as they are at the time of the call, but it cannot change them: an assignment inside a function
      defines a local variable.
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
      "Arithmetic and comparison operators work on numbers and, element by element, on lists and columns.",
      """
      A single number is combined with every element of a list: 2 * [1, 2] is [2, 4]. Two lists must have the same
      length: [1, 2] + [3, 4] is [4, 6], and concat([1, 2], [3, 4]) joins them. Comparing lists yields a list of
      booleans. Lists of booleans can be combined with and, or and not, as in where(...).

      Matrices are lists of lists, so * multiplies them element by element; matmul(a, b) is the matrix product.

      The levels below are in order of increasing precedence. Calls, x[i] and x.name bind tighter than all of them.
      """,
      lists: [
        GlossList("Levels", OperatorTable.levels.map { Gloss($0.spellings.joined(separator: " "), $0.meaning) })
      ],
      example: """
        [1, 2, 3] ^ 2 > 3
        -2 ^ 2
        7 % 3 == 1 and not 2 > 3
        """, seeAlso: ["pipes", "ranges", "numbers", "concat", "matmul", "statements"]),
    Concept(
      "pipes", in: .language, aliases: ["|>", "piping"],
      "x |> f(a) means f(x, a): the value on the left becomes the first argument of the call on the right.",
      """
      With pipes, a series of operations on a table reads in the order in which they are applied. A function that takes no
      other arguments needs no parentheses: flow(net) |> columns.

      To send a table to a shell command, use pipe(table, "command").
      """,
      example: """
        flow(chain(8, sigmoid)) |> where(log10_total < -1) |> select(layer, log10_total) |> sort(log10_total)
        [3, 1, 2] |> sort |> reverse
        """, seeAlso: ["tables", "operators", "functions", "pipe"]),
    Concept(
      "tables", in: .language, aliases: ["table verbs", "records", "columns as names", "rows"],
      "A table is a value; where, select, with, sort, summarize and concat each make a new table.",
      """
      In the arguments of these functions, columns are used by name, and a column hides a variable of the same name:
      where(log10_total < -1 and layer > 2). A condition is evaluated for all rows in one pass. A name that contains spaces
      or symbols is written in backquotes: where(`floor area` > 50), t.`floor area`, record(`floor area`: 60).

      Operators, numeric functions such as log10, and text functions such as starts_with work row by row, and so does
      a column in a string: with(label: "{act} {depth}"). For any other function, write map(city, fn(c) = f(c)).

      t.loss is a column as a list. t[3] is a row, which is a record, and t[3].loss a single value. t[2..4] and first(t, 3)
      are tables. t[t.loss < 1] selects the rows for which the list is true. table(records) makes a table; emit writes rows
      one by one.

      The prompt shows only the first and last rows of a long table; print(_) shows all of them.
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
      "A string is written in double quotes; {expression} inside it inserts a value.",
      """
      The escapes are \\n \\t \\" \\\\ \\{ and \\u{1F600}. A string may span several lines, but an expression inside it may
      not. Such an expression may contain strings. In where, with, select, sort and plot, a column in a string stands for its
      value in each row, and so does any other list with as many elements as the table has rows. format_number(x, 3) sets the number of significant digits.
      """,
      example: """
        x = 2 / 3
        print("x is {x}, about {format_number(x, 2)}; {join(["a", "b"], "+")}")
        """, seeAlso: ["values", "format_number", "join", "print"]),
    Concept(
      "ranges", in: .language,
      aliases: ["..", "step", "[", "]", "[]", "index", "indexing", "slices", "slice", "position"],
      "1..8 includes both ends; indices start at 1, and x[-1] is the last element.",
      """
      1..9 step 2 has every second number. linspace makes evenly spaced numbers, logspace evenly spaced powers of ten.
      x[2] is one element, x[2..-1] all but the first, x[[1, 3]] two of them, and a list of booleans selects the elements for
      which it is true. x[2] = v replaces one element. Rows of tables and layers of networks are indexed the same way.
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
