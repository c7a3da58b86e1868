// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage
import FlowRuntime

/// An entry that is not source code.
enum PromptLine: Equatable {
  /// `:name argument`
  case meta(name: String, argument: String)
  /// `!command`
  case command(String)
  /// `?`, `?topic` or `topic?`
  case help(topic: String)
  /// `??text`
  case search(String)

  init?(_ entry: String) {
    let text = entry.trimmed
    guard !text.contains("\n"), let first = text.first else { return nil }
    let rest = text.dropFirst().trimmed
    switch first {
    case "!": self = .command(rest)
    case ":":
      let name = rest.prefix { !$0.isWhitespace }
      self = .meta(name: String(name), argument: rest.dropFirst(name.count).trimmed)
    case "?" where rest.hasPrefix("?"): self = .search(rest.dropFirst().trimmed)
    case "?": self = .help(topic: rest)
    default:
      guard text.last == "?", isName(text.dropLast().trimmed) else { return nil }
      self = .help(topic: text.dropLast().trimmed)
    }
  }
}
