// SPDX-License-Identifier: GPL-3.0-or-later
import ArgumentParser
import FlowManual
import FlowRuntime
import FlowTerminal
// The argument parser loads it anyway.
import FoundationEssentials

extension Options {
  /// The page for `man`, made from the declared options and the help of the language.
  static var manualPage: String {
    FlowManual.manualPage(
      version: configuration.version, abstract: configuration.abstract,
      discussion: """
        gradflow shows where the gradient of a deep network vanishes or explodes in the backward pass, which factor of the
        chain rule is responsible, what theory predicts, and which remedy works. A small language builds networks, trains
        them and prints tables that gnuplot, pandas or a notebook can read.

        Without a file and without -e, gradflow shows a prompt, where ? shows help and :demo is a tour. If standard input
        is not a terminal, gradflow runs it as a script.

        \(placement)
        """, options: declared,
      sections: [
        GlossList("EXIT STATUS", ExitStatus.glosses),
        GlossList("ENVIRONMENT", GlossList.environment.items),
        GlossList("FILES", GlossList.files.items),
        GlossList("EXAMPLES", GlossList.commands.items + GlossList.pipelines.items),
      ],
      topics: Registry.program.concepts.map(\.name))
  }

  private static var declared: [OptionGloss] {
    guard let tool = try? JSONDecoder().decode(Tool.self, from: Data(_dumpHelp().utf8)) else { return [] }
    return tool.command.arguments.filter(\.shouldDisplay).compactMap { argument in
      guard let names = argument.names else { return nil }
      return OptionGloss(
        names: names.map { ($0.kind == "short" ? "-" : "--") + $0.name },
        argument: argument.kind == "option" ? argument.valueName : nil,
        summary: [argument.abstract, argument.defaultValue.map { "(default: \($0))" }].compactMap(\.self)
          .joined(separator: " "))
    }
  }

  /// The required part of the argument parser's description of the command.
  private struct Tool: Decodable {
    let command: Command

    struct Command: Decodable { let arguments: [Argument] }

    struct Argument: Decodable {
      let kind: String
      let shouldDisplay: Bool
      let names: [Name]?
      let valueName: String?
      let abstract: String?
      let defaultValue: String?
    }

    struct Name: Decodable {
      let kind: String
      let name: String
    }
  }
}
