// SPDX-License-Identifier: GPL-3.0-or-later

/// A text with a name, as diagnostics show it.
public final class Source: Sendable {
  /// A file's name, `-e`, `stdin` or the prompt's entry number.
  public let name: String
  /// What it says.
  public let text: String

  /// Names a text.
  public init(name: String, text: String) {
    self.name = name
    self.text = text
  }
}

/// UTF-8 offsets into a source, half open.
public struct SourceRange: Hashable, Sendable {
  /// The offset of the first byte.
  public var start: Int
  /// The offset behind the last byte.
  public var end: Int

  /// From the first byte to the one behind the last.
  public init(_ start: Int, _ end: Int) {
    self.start = start
    self.end = end
  }

  /// The smallest range that holds both.
  public func union(_ other: SourceRange) -> SourceRange {
    SourceRange(min(start, other.start), max(end, other.end))
  }
}

/// A word with its place.
public struct Name: Hashable, Sendable {
  /// The word.
  public let text: String
  /// Its place.
  public let range: SourceRange

  /// Puts a word in its place.
  public init(_ text: String, _ range: SourceRange) {
    self.text = text
    self.range = range
  }
}

/// A parsed text.
public struct Program: Sendable {
  /// The text.
  public let source: Source
  /// Its statements in order.
  public let statements: [Statement]

  /// A text and what it says.
  public init(source: Source, statements: [Statement]) {
    self.source = source
    self.statements = statements
  }
}

/// A statement with its place.
public struct Statement: Sendable {
  /// Its form and its parts.
  public let kind: Kind
  /// Its place, without the `;` or line break behind it.
  public let range: SourceRange

  /// A form in its place.
  public init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// The forms a statement has. `silent` means that a `;` follows it.
  public indirect enum Kind: Sendable {
    case expression(Expression, silent: Bool)
    /// The target is a name, an index or a field expression.
    case assignment(target: Expression, value: Expression, silent: Bool)
    /// `fn name(...) = ...`: an assignment that can call itself.
    case function(Name, FunctionLiteral)
    case `return`(Expression?)
    /// `if`, `else if`... in order, then the `else` block.
    case `if`([(condition: Expression, body: [Statement])], otherwise: [Statement]?)
    case `for`(variable: Name, sequence: Expression, body: [Statement])
    case `while`(condition: Expression, body: [Statement])
    case `break`
    case `continue`
    case assert(Expression, message: Expression?)
  }
}

/// An expression with its place.
public struct Expression: Sendable {
  /// Its form and its parts.
  public let kind: Kind
  /// Its place, parentheses included.
  public let range: SourceRange

  /// A form in its place.
  public init(_ kind: Kind, _ range: SourceRange) {
    self.kind = kind
    self.range = range
  }

  /// The forms an expression has.
  public indirect enum Kind: Sendable {
    case number(Double)
    case string([StringPart])
    case boolean(Bool)
    case none
    case name(String)
    case list([Expression])
    /// `lower..upper` and `lower..upper step by`, inclusive.
    case range(lower: Expression, upper: Expression, step: Expression?)
    case unary(Operator, Expression)
    /// Also `and` and `or`, which look at the right side only when it decides.
    case binary(Operator, Expression, Expression)
    /// `f(a, name: b)`; the arguments of `x |> f(a)` begin with `x`, marked as piped. `x |> f` is `f(x)`.
    case call(Expression, [Argument])
    case index(Expression, Expression)
    case field(Expression, Name)
    case function(FunctionLiteral)
  }
}

/// A piece of a string literal.
public enum StringPart: Sendable {
  case text(String)
  case interpolation(Expression)
}

/// An argument of a call.
public struct Argument: Sendable {
  /// The name before the `:`, if there is one.
  public let name: Name?
  /// What is handed over.
  public let value: Expression
  /// Whether it stands before the `|>`.
  public let isPiped: Bool

  /// An argument as written.
  public init(name: Name? = nil, value: Expression, isPiped: Bool = false) {
    self.name = name
    self.value = value
    self.isPiped = isPiped
  }
}

/// A function as written: parameters and body.
public struct FunctionLiteral: Sendable {
  /// The parameters in order.
  public let parameters: [FunctionParameter]
  /// `= expression` is a body of one return statement.
  public let body: [Statement]
  /// From `fn` to the end of the body.
  public let range: SourceRange

  /// A function as written.
  public init(parameters: [FunctionParameter], body: [Statement], range: SourceRange) {
    self.parameters = parameters
    self.body = body
    self.range = range
  }
}

/// A parameter: `name`, or `name: default`.
public struct FunctionParameter: Sendable {
  /// What the body calls it.
  public let name: Name
  /// The default, if the argument may be left out.
  public let standard: Expression?

  /// A parameter as written.
  public init(name: Name, standard: Expression? = nil) {
    self.name = name
    self.standard = standard
  }
}

/// The operators; precedence and associativity stand in the operator table.
public enum Operator: String, Hashable, Sendable, CaseIterable {
  case or, and, not
  case equal = "==", notEqual = "!=", less = "<", lessOrEqual = "<=", greater = ">", greaterOrEqual = ">="
  case add = "+", subtract = "-", multiply = "*", divide = "/", remainder = "%", power = "^"
}
