// SPDX-License-Identifier: GPL-3.0-or-later
import FlowData

extension Recipe {
  /// Source code of the language that makes the product of these arguments, without the standard ones at the end; a
  /// number that comes first is always there.
  package func source(_ arguments: [Double]) -> String {
    let texts = zip(parameters, arguments).map { parameter, argument in
      parameter.choices.isEmpty ? numberText(argument) : parameter.choices[Int(argument)]
    }
    let differing = parameters.indices.last { arguments[$0] != parameters[$0].standard }
    let first = parameters.first?.choices.isEmpty == true ? 1 : 0
    let count = max(differing.map { $0 + 1 } ?? 0, first)
    return count == 0 ? name : "\(name)(\(texts.prefix(count).joined(separator: ", ")))"
  }
}
