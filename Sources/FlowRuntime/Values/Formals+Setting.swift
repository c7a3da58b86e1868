// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

extension Formals.Misfit {
  /// Returns the label for a named argument that is a setting of a choice that the call has, too: `lr: 0.01` next to
  /// `optimizer: adam` is `optimizer: adam(0.01)`.
  ///
  /// - Parameters:
  ///   - template: The argument to write if the call had no such choice, such as `optimizer: sgd(rate: $v)`.
  ///   - choice: The number of the argument with the choice.
  ///   - setting: The number of the argument that does not exist.
  ///   - isChoice: Whether a name is that of a choice. Others may be variables.
  func label(
    joining template: String, _ choice: Int, _ setting: Int, of arguments: [(name: Name?, range: SourceRange)],
    in source: Source, _ isChoice: (String) -> Bool
  ) -> Diagnostic.Label {
    func whole(_ number: Int) -> SourceRange {
      let argument = arguments[number]
      return argument.name.map { $0.range.union(argument.range) } ?? argument.range
    }
    let value = source.text(in: arguments[setting].range)
    let (given, name) = (source.text(in: arguments[choice].range), arguments[choice].name?.text ?? "")
    guard let code = Self.joined(given, template, value, isChoice) else {
      return Diagnostic.Label(source, whole(setting), "it belongs in the value of \(name), which is \(given)")
    }
    let others =
      choice < setting
      ? [code, source.text(in: SourceRange(arguments[choice].range.end, whole(setting - 1).end))]
      : [source.text(in: SourceRange(whole(setting + 1).start, whole(choice).start)), code]
    let text = choice < setting ? "\(name): \(others.joined())" : "\(others[0])\(name): \(others[1])"
    return Diagnostic.Label(source, whole(choice).union(whole(setting)), replacement: text)
  }

  /// Returns a choice with a setting more, or nil if it cannot have it.
  private static func joined(
    _ given: String, _ template: String, _ value: String, _ isChoice: (String) -> Bool
  ) -> String? {
    guard let written = given.wholeMatch(of: /"?(\w+)"?(?:\((.*)\))?/), isChoice(String(written.1)),
      let form = template.wholeMatch(of: /\w+: (\w+)\((?:.*, )?(?:(\w+): )?\$v\)/)
    else { return nil }
    let settings = written.2.map(String.init) ?? ""
    guard let setting = form.2 else { return nil }
    if setting == "rate" {
      // The rate is the first argument of every optimizer.
      guard settings.isEmpty || settings.prefixMatch(of: /\w+:/) != nil, !settings.contains("rate:") else { return nil }
      return "\(written.1)(\(settings.isEmpty ? value : "\(value), \(settings)"))"
    }
    guard written.1 == form.1, !settings.contains("\(setting):") else { return nil }
    return settings.isEmpty
      ? String(template.drop { $0 != ":" }.dropFirst(2)).replacing("$v", with: value)
      : "\(written.1)(\(settings), \(setting): \(value))"
  }
}
