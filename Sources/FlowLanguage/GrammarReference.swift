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

    `"..."` is literal text, `[ ]` is optional, `{ }` is repeated any number of times, `( )` groups, and `|` separates
    alternatives.

    ```ebnf
    \(ebnf.joined(separator: "\n"))
    ```

    \(markdownTable(["token", "form"], lexical.map { ["`\($0.name)`", $0.definition] }))

    A comment begins with `#` and extends to the end of the line. Spaces separate tokens and have no other meaning.

    A statement ends at a newline or at `;`. It continues on the next line inside `( )` and `[ ]`, after an operator, `,`
    or `=`, before `else`, before the `{` of a block, and if the next line begins with `|>`. The prompt runs a complete
    line immediately, so there `|>` must be at the end of the line, and `else` must follow the `}`. A string may contain
    line breaks, but an expression in it may not.

    Named arguments, `name: value`, follow positional ones. The parameters of a function must have different names, and so
    must the named arguments of a call. `break` and `continue` are only allowed in a loop, `return` only in a function.
    Source may be nested at most \(Parser.nestingLimit) levels deep, and the operations of an expression at most
    \(Parser.heightLimit).

    ### Operators

    Operators that bind more loosely come first. Calls `f(x)`, indices `x[i]` and fields `x.name` bind more tightly than
    any operator.

    \(markdownTable(["operator", "groups", "meaning", "example"], OperatorTable.levels.map(row)))

    ### Names and values

    An assignment creates a variable or changes its value. In a function it creates a local variable: a function can read
    the variables around it, but not change them. The body of a loop changes the variables around it, and each iteration
    has its own loop variable. Blocks of `if` have no variables of their own.

    Numbers, strings, booleans, lists, records and tables are values: after an assignment or a call, changing the original
    does not change the copy. Networks, data sets and runs are references.

    Elements are numbered from 1, and `x[-1]` is the last one. A range or a list of positions selects several elements:
    `x[2..-1]` is all but the first. A list of booleans selects the elements where it is true. `x[i] = v` and
    `x.name = v` change a single element or field.

    Operators work element by element on lists of equal length, and on a list and a single value. In lists, arithmetic
    with a missing value, `none`, results in a missing value, and an order comparison with it is false.

    A separate line such as `:set format csv`, outside of blocks, changes a setting of the running program.

    ### Keywords

    \(Keyword.allCases.map { "`\($0.rawValue)`" }.joined(separator: " ")). The words `inf` and `nan` are numbers.
    `\(OperatorTable.stepWord)` is special only after a range.

    """
}

private func row(_ level: OperatorLevel) -> [String] {
  let groups =
    switch level.associativity {
    case .left: "left to right"
    case .right: "right to left"
    case .none: "does not chain"
    case .prefix: "prefix"
    }
  let example = "`\(level.example)` means `\(level.equivalent)`"
  return [level.spellings.map { "`\($0)`" }.joined(separator: " "), groups, level.meaning, example]
}

/// Returns a Markdown table. A `|` in a cell is escaped.
package func markdownTable(_ header: [String], _ rows: [[String]]) -> String {
  func line(_ cells: [String]) -> String {
    "| " + cells.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |"
  }
  return ([line(header), "|" + String(repeating: "---|", count: header.count)] + rows.map(line)).joined(separator: "\n")
}
