// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowNet
import FlowRuntime

extension Activation {
  /// The activation as a choice of the language.
  var value: Value {
    let recipe = Activation.catalogue.first { $0.name == name }
    let names = recipe?.parameters.map(\.name) ?? []
    return .object(
      Choice(
        family: .activation, name: name,
        arguments: Record(uniqueKeysWithValues: zip(names, arguments.map(Value.number))),
        isStandard: arguments == recipe?.parameters.map { $0.standard ?? .nan }, product: self))
  }

  /// The activation as source text, such as `tanh` or `leaky_relu(0.2)`.
  var sourceText: String {
    arguments.isEmpty ? name : "\(name)(\(arguments.map(literal).joined(separator: ", ")))"
  }
}
