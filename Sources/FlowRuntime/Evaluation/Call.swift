// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowMath
import FlowTables

/// A call with checked arguments, passed to the body of a builtin.
///
/// The accessors trap on a name or type that the signature does not declare, because that is a bug in the builtin.
package struct Call {
  package let builtin: Builtin
  package let evaluator: Evaluator
  /// The location of the whole call.
  package let place: Place
  /// One per parameter, in order. The one of the rest parameter has no value.
  let arguments: [BoundArgument]
  let restArguments: [BoundArgument]
  let extraArguments: [(name: Name, argument: BoundArgument)]
  /// The number of rows of the table whose columns are visible where the call is, if its value may differ from row to
  /// row. Nil elsewhere.
  var rowCount: Int?

  package var session: Session { evaluator.session }
  package var registry: Registry { evaluator.registry }

  /// Returns the value of a parameter or of a further named argument.
  package func value(_ name: String) -> Value { argument(name).value }

  /// Returns whether the caller passed the argument. If not, the value is the default.
  package func isGiven(_ name: String) -> Bool { argument(name).isGiven }

  /// Returns the location of the argument, or of the whole call for a default.
  package func place(of name: String) -> Place { argument(name).place }

  /// Returns the argument as the caller wrote it, such as the name of a column or a formula of columns.
  package func label(_ name: String) -> String { argument(name).label }

  /// Returns each element of a list argument as the caller wrote it.
  package func labels(_ name: String) -> [String] {
    let argument = argument(name)
    if case .list(let items)? = argument.expression?.kind {
      return items.map { item in
        BoundArgument(
          value: .none, place: Place(argument.place.source, item.range), expression: item, scope: nil, isGiven: true
        ).label
      }
    }
    return (argument.value.elements ?? []).indices.map { "\(argument.label)[\($0 + 1)]" }
  }

  /// Returns the elements of an argument with one element for each row of a table, or nil.
  func rows(_ name: String) -> List? {
    guard let rowCount, value(name).elementCount == rowCount else { return nil }
    return value(name).elements
  }

  /// The values of the rest parameter.
  package var rest: [Value] { restArguments.map(\.value) }

  /// The named arguments in addition to the parameters.
  package var extras: Record {
    Record(extraArguments.map { ($0.name.text, $0.argument.value) }, uniquingKeysWith: { first, _ in first })
  }

  /// Evaluates a further named argument that is declared with `Masking.groups`, with the columns of `table` visible.
  package func extra(_ name: String, over table: Table) throws(Diagnostic) -> Value {
    try evaluator.evaluate(argument(name), over: table)
  }

  /// Calls a function of the language or a builtin.
  package func apply(_ function: Value, _ arguments: [Value]) throws(Diagnostic) -> Value {
    try evaluator.call(function, with: arguments, at: place)
  }

  /// Creates an error located at an argument, or at the whole call if `name` is nil.
  package func error(
    _ code: String, _ message: String, at name: String? = nil, label: String = "", notes: [String] = []
  ) -> Diagnostic {
    Complaint(code, message, label: label, notes: notes).at(name.map { argument($0).place } ?? place)
  }

  /// Runs `body` and adds the location of the argument, or of the whole call, to an error that it throws.
  package func attempt<Result>(
    at name: String? = nil, _ body: () throws(Complaint) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Complaint) {
      return try body()
    } catch {
      throw error.at(name.map { argument($0).place } ?? place)
    }
  }

  /// Runs `body` and adds the location of a value of the rest parameter, counted from 0, to an error that it throws.
  func attempt<Result>(
    atRest index: Int, _ body: () throws(Complaint) -> Result
  ) throws(Diagnostic) -> Result {
    do throws(Complaint) {
      return try body()
    } catch {
      throw error.at(restArguments[index].place)
    }
  }

  func argument(_ name: String) -> BoundArgument {
    if let index = builtin.parameters.firstIndex(where: { $0.name == name }) { return arguments[index] }
    if let extra = extraArguments.first(where: { $0.name.text == name }) { return extra.argument }
    preconditionFailure("\(builtin.name) has no parameter \(name)")
  }
}

/// A checked argument of a call.
struct BoundArgument {
  var value: Value
  let place: Place
  /// Used for labels, and to evaluate the argument for each group of rows.
  let expression: Expression?
  let scope: Scope?
  let isGiven: Bool
  /// Set for an element of a list or record of arguments.
  var part: PartName?

  /// The name of an element of a list or record of arguments.
  enum PartName {
    /// A name in a record, or what the caller wrote.
    case own(String)
    /// A position in a list that the caller did not write out, such as `runs[1]`.
    case position(String)
  }

  var label: String {
    switch part {
    case .own(let name), .position(let name): return name
    case nil: break
    }
    if case .string(let text) = value, expression == nil { return text }
    switch expression?.kind {
    case .string(let parts): if case .text(let text)? = parts.first { return text }
    case .name(let name): return name
    default: break
    }
    return place.text
  }
}

extension ValueLimits {
  /// Throws if the system refuses a builtin the memory for a result as large as its arguments.
  static func requireMemory(for arguments: [BoundArgument], _ rest: [BoundArgument]) throws(Complaint) {
    var bytes = 0
    for argument in arguments { bytes += argument.value.memory }
    for argument in rest { bytes += argument.value.memory }
    // Smaller results fit into the reserve.
    if bytes >= 16 << 20 { try requireMemory(Double(bytes)) }
  }
}

extension Call {
  package func number(_ name: String) -> Double { optionalNumber(name) ?? mistyped(name) }
  package func whole(_ name: String) -> Int { optionalWhole(name) ?? mistyped(name) }
  /// Returns a string or a word.
  package func string(_ name: String) -> String { optionalString(name) ?? mistyped(name) }
  package func boolean(_ name: String) -> Bool {
    if case .boolean(let truth) = value(name) { truth } else { mistyped(name) }
  }
  package func table(_ name: String) -> Table {
    if case .table(let table) = value(name) { table } else { mistyped(name) }
  }
  package func record(_ name: String) -> Record {
    if case .record(let record) = value(name) { record } else { mistyped(name) }
  }
  /// Returns the elements of a list or range.
  package func list(_ name: String) -> List { value(name).elements ?? mistyped(name) }

  /// Returns the numbers of a list or range without missing values.
  package func numbers(_ name: String) -> [Double] {
    list(name).presentNumbers
  }

  /// Returns the engine's representation of a choice.
  package func choice<Product>(_ name: String, as type: Product.Type = Product.self) -> Product {
    optionalChoice(name) ?? mistyped(name)
  }

  package func object<Object: DomainObject>(_ name: String, as type: Object.Type = Object.self) -> Object {
    if case .object(let object as Object) = value(name) { object } else { mistyped(name) }
  }

  /// Returns the number, or nil for `none`.
  package func optionalNumber(_ name: String) -> Double? {
    if case .number(let number) = value(name) { number } else { nil }
  }
  /// Returns the whole number, or nil for `none`.
  package func optionalWhole(_ name: String) -> Int? { optionalNumber(name).flatMap(Int.init(exactly:)) }
  /// Returns the string, or nil for `none`.
  package func optionalString(_ name: String) -> String? {
    if case .string(let text) = value(name) { text } else { nil }
  }
  /// Returns the engine's representation of a choice, or nil for `none`.
  package func optionalChoice<Product>(_ name: String, as type: Product.Type = Product.self) -> Product? {
    if case .object(let object) = value(name) { (object as? Choice)?.product as? Product } else { nil }
  }
  /// Returns the engine's representation of each choice in a list.
  package func choices<Product>(_ name: String, as type: Product.Type = Product.self) -> [Product] {
    list(name).map { element in
      if case .object(let object) = element, let product = (object as? Choice)?.product as? Product { return product }
      return mistyped(name)
    }
  }
  /// Returns whether the value is `none`.
  package func isNone(_ name: String) -> Bool {
    if case .none = value(name) { true } else { false }
  }

  private func mistyped<Result>(_ name: String) -> Result {
    preconditionFailure("\(builtin.name) does not declare \(name) with the type its body reads")
  }
}
