// SPDX-License-Identifier: GPL-3.0-or-later

/// A path in which an asterisk stands for any text within a name, as in a shell.
package struct PathPattern {
  private let isAbsolute: Bool
  private let parts: [Substring]

  /// Creates a pattern, or returns nil if there is no asterisk in the path.
  package init?(_ path: String) {
    guard path.contains("*") else { return nil }
    isAbsolute = path.hasPrefix("/")
    parts = path.split(separator: "/")
  }

  /// Returns the paths that match, in alphabetical order, in which numbers count as numbers: `run2` precedes `run10`.
  ///
  /// - Parameter list: Returns the names in a folder; those of folders end in a slash.
  package func files(list: (_ folder: String) -> [String]) -> [String] {
    var paths = [isAbsolute ? "/" : ""]
    var isSearched = false
    for (index, part) in parts.enumerated() {
      let isLast = index == parts.count - 1
      guard part.contains("*") else {
        let name = part + (isLast ? "" : "/")
        // Not every folder that matches has the file.
        paths = paths.filter { !isSearched || part.allSatisfy { $0 == "." } || list($0).contains(String(name)) }
          .map { $0 + name }
        continue
      }
      isSearched = true
      paths = paths.flatMap { folder in
        list(folder).compactMap { name in
          let isFolder = name.hasSuffix("/")
          let bare = isFolder ? name.dropLast() : name[...]
          // As in a shell, hidden files must be matched explicitly.
          guard isFolder != isLast, bare.first != "." || part.first == ".",
            Self.matches(Array(bare.utf8), Array(part.utf8))
          else { return nil }
          return folder + name
        }
      }
    }
    return paths.sorted { Self.key($0).lexicographicallyPrecedes(Self.key($1)) { $0.precedes($1) } }
  }

  /// Returns whether a text matches a pattern, in time that is at most the product of their lengths.
  private static func matches(_ text: [UInt8], _ pattern: [UInt8]) -> Bool {
    let asterisk = UInt8(ascii: "*")
    var (t, p) = (0, 0)
    var retry: (text: Int, pattern: Int)?
    while t < text.count {
      if p < pattern.count, pattern[p] == asterisk {
        retry = (t, p + 1)
        p += 1
      } else if p < pattern.count, pattern[p] == text[t] {
        (t, p) = (t + 1, p + 1)
      } else if let last = retry {
        (t, p) = (last.text + 1, last.pattern)
        retry?.text += 1
      } else {
        return false
      }
    }
    return pattern[p...].allSatisfy { $0 == asterisk }
  }

  /// A part of a path: digits, or one other character.
  private enum Part {
    case number(digits: String)
    case character(Character)

    func precedes(_ other: Part) -> Bool {
      switch (self, other) {
      case (.number(let a), .number(let b)): (a.utf8.count, a) < (b.utf8.count, b)
      case (.number, .character(let b)): "0" < b
      case (.character(let a), .number): a < "0"
      case (.character(let a), .character(let b)): a < b
      }
    }
  }

  private static func key(_ path: String) -> [Part] {
    var parts: [Part] = []
    var rest = path[...]
    while let first = rest.first {
      let digits = rest.prefix { $0.isASCII && $0.isNumber }
      if digits.isEmpty {
        parts.append(.character(first))
        rest = rest.dropFirst()
      } else {
        parts.append(.number(digits: String(digits.drop { $0 == "0" })))
        rest = rest.dropFirst(digits.count)
      }
    }
    return parts
  }
}
