// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// Code that is built from all arguments of a call of another language.
extension WrittenCall {
  /// The string that C's `printf` would write: `printf("%d of %d\n", i, n)` is `"{i} of {n}"`. Nil if the first argument
  /// is no such format or if the number of values differs from that of its fields.
  var formattedText: String? {
    guard beginsWithString, names.allSatisfy({ $0 == nil }) else { return nil }
    var values = arguments.dropFirst().map(\.value)[...]
    let format = arguments[0].value.withoutLineBreak
    var text = ""
    var rest = format[...]
    while let character = rest.popFirst() {
      guard character == "%" else { text.append(character); continue }
      if rest.first == "%" { text.append(rest.removeFirst()); continue }
      let width = rest.prefix { $0.isNumber || "-+. ".contains($0) }
      rest = rest.dropFirst(width.count)
      guard let kind = rest.popFirst(), "dioufFgGeEsv".contains(kind), let value = values.popFirst() else { return nil }
      let digits = width.drop { $0 != "." }.dropFirst()
      text += digits.isEmpty || !"fF".contains(kind) ? "{\(value)}" : "{format_number(\(value), decimals: \(digits))}"
    }
    return values.isEmpty ? text : nil
  }

  /// The arguments without a line break at the end, which `print` adds. Nil if there are none left, or if one is named.
  var words: String? {
    var values = arguments.map(\.value)
    if let last = values.popLast(), last != "\"\\n\"" { values.append(last.withoutLineBreak) }
    return values.isEmpty || names.contains { $0 != nil } ? nil : values.joined(separator: ", ")
  }

  /// The string that R's `paste` would make of the arguments. Nil if one is named.
  func text(joinedBy separator: String) -> String? {
    guard !arguments.isEmpty, names.allSatisfy({ $0 == nil }) else { return nil }
    let parts = arguments.map { argument in
      let value = argument.value
      let isString = value.count > 1 && value.hasPrefix("\"") && value.hasSuffix("\"")
      return isString ? String(value.dropFirst().dropLast()) : "{\(value)}"
    }
    return "\"\(parts.joined(separator: separator))\""
  }

  /// The elements of a list that is the only argument and written here, or else all arguments. Nil if one is named.
  var elements: String? {
    guard let first = arguments.first?.value, names.allSatisfy({ $0 == nil }) else { return nil }
    if arguments.count == 1, first.hasPrefix("["), first.hasSuffix("]") { return String(first.dropFirst().dropLast()) }
    return arguments.map(\.value).joined(separator: ", ")
  }

  /// The table with the number of rows for each value of a column, which is the only argument, such as `t.a`.
  var counts: String? {
    guard arguments.count == 1, let column = Column(code: arguments[0].value) else { return nil }
    let count = column.name == "n" ? "count" : "n"
    return "summarize(\(column.table), \(count): len(\(column.name)), by: \(column.name))"
  }

  /// The table with the number of rows in each group, for a table and the argument `by`.
  var countedGroups: String? {
    guard arguments.count == 2, arguments[0].name == nil, arguments[1].name == "by" else { return nil }
    let (table, groups) = (arguments[0].value, arguments[1].value)
    let column = groups.drop { $0 == "[" || $0 == " " }.prefix { $0.isLetter || $0.isNumber || $0 == "_" }
    return column.isEmpty ? nil : "summarize(\(table), n: len(\(column)), by: \(groups))"
  }

  /// The rows of a table that satisfy a condition in a string, as in `t.query("a > 1")`.
  var query: String? {
    guard arguments.count == 2, let text = arguments.last?.value, text.count > 2, text.hasPrefix("\""),
      text.hasSuffix("\""), !text.dropFirst().dropLast().contains(where: { "\"{\\@".contains($0) })
    else { return nil }
    let code = String(text.dropFirst().dropLast()).replacing("'", with: "\"")
    return (try? parse(Source(name: "", text: code))) == nil ? nil : "where(\(arguments[0].value), \(code))"
  }

  /// The elements of a list where a comparison of them holds, and a constant elsewhere, as in `ifelse(x > 0, x, 0)`.
  var chosen: String? {
    guard arguments.count == 3, names.allSatisfy({ $0 == nil }),
      WrittenCall("", [arguments[0], arguments[2]]).endsWithLiterals
    else { return nil }
    let (condition, list) = (arguments[0].value, arguments[1].value)
    guard ["> ", "< ", ">= ", "<= ", "== ", "!= "].contains(where: { condition.hasPrefix("\(list) \($0)") }) else {
      return nil
    }
    return "map(zip(\(condition), \(list)), fn(p) { if p[1] { p[2] } else { \(arguments[2].value) } })"
  }

  /// The arguments of `plot` for the coordinates of a curve, which other languages call x and y.
  var curve: String? {
    guard let x = arguments.first(where: { $0.name == "x" }), let y = arguments.first(where: { $0.name == "y" }),
      arguments.allSatisfy({ $0.name != nil })
    else { return nil }
    let others = arguments.filter { $0.name != "x" && $0.name != "y" }.map { ", \($0.text)" }.joined()
    return "plot(\(x.value), y: \(y.value)\(others))"
  }

  /// The arguments of `sequence` for layers in the syntax of PyTorch: `nn.Linear(2, 8), nn.Tanh()` are
  /// `2, dense(8), tanh`. Nil if the first is no linear layer, or if one is not known.
  var layers: String? {
    let calls = arguments.map { $0.name == nil ? WrittenCall(code: $0.value) : nil }
    guard let first = calls.first??.linearSizes else { return nil }
    var layers = [first.inputs]
    for (call, argument) in zip(calls, arguments) {
      if let sizes = call?.linearSizes {
        let activation = call?.arguments.dropFirst(2).first.map { ", \($0.value)" } ?? ""
        layers.append("dense(\(sizes.outputs)\(activation))")
      } else if let call, let layer = ForeignFunction.named(layer: call.name)?.code(call) {
        layers.append(layer)
      } else if argument.value.allSatisfy({ $0.isLetter }), argument.value.first?.isLowercase == true {
        layers.append(argument.value)
      } else {
        return nil
      }
    }
    return layers.joined(separator: ", ")
  }

  private var linearSizes: (inputs: String, outputs: String)? {
    guard ["Linear", "linear", "Dense"].contains(name), arguments.count == 2 || name == "Dense" && arguments.count == 3,
      arguments.allSatisfy({ $0.name == nil })
    else { return nil }
    return (arguments[0].value, arguments[1].value)
  }

  /// The rows of a table whose columns are the named arguments, or the fields of a record.
  var table: String? {
    var columns = arguments
    if columns.count == 1, columns[0].name == nil, let record = WrittenCall(code: columns[0].value),
      record.name == "record"
    {
      columns = record.arguments
    }
    let names = columns.compactMap(\.name)
    guard !names.isEmpty, names.count == columns.count else { return nil }
    let fields = zip(1..., names).map { "\(nameCode($1) ?? $1): r[\($0)]" }.joined(separator: ", ")
    return "table(map(zip(\(columns.map(\.value).joined(separator: ", "))), fn(r) = record(\(fields))))"
  }

  /// A column of a table, such as `t.a` or `t["a"]`.
  private struct Column {
    let table: String
    /// The name, in backquotes if it needs them.
    let name: String

    init?(code: String) {
      let source = Source(name: "", text: code)
      guard let program = try? parse(source), program.statements.count == 1,
        case .expression(let value, _) = program.statements[0].kind
      else { return nil }
      let base: Expression
      let column: String?
      switch value.kind {
      case .field(let table, let name): (base, column) = (table, name.text)
      case .index(let table, let index): (base, column) = (table, index.plainText)
      default: return nil
      }
      guard case .name = base.kind, let name = column.flatMap(nameCode) else { return nil }
      (table, self.name) = (source.text(in: base.range), name)
    }
  }

  /// Creates a call from its code, with the last part of a name such as `nn.Linear`. Returns nil for other code.
  private init?(code: String) {
    let source = Source(name: "", text: code)
    guard let program = try? parse(source), program.statements.count == 1,
      case .expression(let value, _) = program.statements[0].kind, case .call(let callee, let arguments) = value.kind,
      let name = callee.modulePath?.last
    else { return nil }
    self.init(name, arguments, in: source)
  }
}

extension String {
  /// A string literal without the line break at its end.
  fileprivate var withoutLineBreak: String { hasPrefix("\"") && hasSuffix("\\n\"") ? dropLast(3) + "\"" : self }
}
