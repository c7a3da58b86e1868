// SPDX-License-Identifier: GPL-3.0-or-later

/// Returns the grammar as Markdown: rules, operators, keywords and the rules about names and values. Rules, operators
/// and keywords come from the tables that the parser uses.
public func grammarReference() -> String {
  let rules = Grammar.productions.filter { !$0.isLexical }
  let lexical = Grammar.productions.filter(\.isLexical)
  let width = rules.map(\.name.count).max() ?? 0
  let ebnf = rules.map { rule in
    rule.name + String(repeating: " ", count: width - rule.name.count) + " = " + rule.definition
  }
  return """
    ## Grammar

    `"..."` stands for itself, `[ ]` is optional, `{ }` comes any number of times, `( )` groups, `|` is a choice.

    ```ebnf
    \(ebnf.joined(separator: "\n"))
    ```

    \(markdownTable(["token", "form"], lexical.map { ["`\($0.name)`", $0.definition] }))

    A comment begins with `#` and ends with its line. Spaces separate tokens and mean nothing else.

    A statement ends at a newline or at `;`. It goes on over the end of a line inside `( )` and `[ ]`, after an operator,
    `,` or `=`, before `else`, before the `{` of a block, and where the next line begins with `|>`. At the prompt, where
    a line that is complete is run at once, `|>` must stand at the end of the line, and `else` after the `}`.
    A string may run over lines, an expression in it may not.

    An argument with a name, `name: value`, follows those without. Names of parameters and of arguments differ from
    each other. `break` and `continue` stand in a loop, `return` in a function. Source is nested at most
    \(Parser.nestingLimit) levels deep, and an expression has at most \(Parser.heightLimit) operations one upon the other.

    ### Operators

    Loosest first. Calls `f(x)`, indices `x[i]` and fields `x.name` bind more tightly than all of them.

    \(markdownTable(["operator", "groups", "meaning", "so"], OperatorTable.levels.map(row)))

    ### Names and values

    An assignment makes a name or gives it another value. In a function it makes a name of the function's own: names
    around a function can be read in it and not changed. The body of a loop changes the names around it; the variable of
    the loop is its own in every round. Blocks of `if` have no names of their own.

    Numbers, strings, booleans, lists, records and tables are values: what is assigned or handed over does not change
    when the original does. Networks, data sets and runs are references.

    Elements count from 1, and `x[-1]` is the last one. A range or a list of positions takes several, `x[2..-1]` all but
    the first, and a list of booleans those where it is true. `x[i] = v` and `x.name = v` change one place.

    Operators work element by element on lists of equal length, and on a list and a single value. Inside lists a missing
    value, `none`, makes arithmetic missing and an order false.

    A line of its own such as `:set format csv`, outside of blocks, changes a setting of the program that runs.

    ### Keywords

    \(Keyword.allCases.map { "`\($0.rawValue)`" }.joined(separator: " ")). The words `inf` and `nan` are numbers.
    `\(OperatorTable.stepWord)` is special only after a range.

    """
}

private func row(_ level: OperatorLevel) -> [String] {
  let groups =
    switch level.associativity {
    case .left: "from the left"
    case .right: "from the right"
    case .none: "does not chain"
    case .prefix: "stands before"
    }
  let example = "`\(level.example)` is `\(level.equivalent)`"
  return [level.spellings.map { "`\($0)`" }.joined(separator: " "), groups, level.meaning, example]
}

/// Returns a Markdown table. A `|` in a cell is escaped.
package func markdownTable(_ header: [String], _ rows: [[String]]) -> String {
  func line(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }
  return ([line(header), "|" + String(repeating: "---|", count: header.count)] + rows.map(line)).joined(separator: "\n")
}
