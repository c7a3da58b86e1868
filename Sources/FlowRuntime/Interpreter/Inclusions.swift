// SPDX-License-Identifier: GPL-3.0-or-later
import FlowLanguage

/// The files that a program has included. Each runs once.
package final class Inclusions {
  private let session: Session
  /// The canonical paths of all files of the program.
  private var known: Set<String> = []
  /// The files that include one another down to the one that is being read.
  private var active: [(path: String, name: String)] = []

  /// Whether an included file is being read, instead of the program itself.
  private(set) var isNested = false

  /// Creates the record of a program that begins with the given source.
  init(of source: Source, session: Session) {
    self.session = session
    guard source.folder != nil else { return }
    active = [(session.host.canonicalPath(source.name), source.name)]
    known = [active[0].path]
  }

  /// Calls `body` with the file that an `include` statement names, unless the program has included it before. Throws if
  /// the file cannot be read or includes itself.
  ///
  /// - Parameter place: The location of the path in the source, to whose folder the path is relative.
  func include(
    _ path: String, at place: Place, _ body: (Source) throws(Diagnostic) -> Void
  ) throws(Diagnostic) {
    let isRelative = !path.hasPrefix("/") && !path.hasPrefix("~")
    let full = (isRelative ? place.source.folder ?? "" : "") + path
    let canonical = session.host.canonicalPath(full)
    let source: Source
    do throws(Complaint) {
      if let first = active.firstIndex(where: { $0.path == canonical }) {
        let circle = (active[first...].map(\.name) + [active[first].name]).joined(separator: " → ")
        throw Complaint("include-circle", "the file includes itself: \(circle)")
      }
      guard !known.contains(canonical) else { return }
      source = try session.readScript(full).named(displayName(of: full, at: canonical))
    } catch {
      throw error.at(place)
    }
    known.insert(canonical)
    active.append((canonical, source.name))
    let wasNested = isNested
    isNested = true
    defer {
      active.removeLast()
      isNested = wasNested
    }
    try body(source)
  }

  /// Returns the path without detours such as `a/../`, unless it would then lead to another file because of a symbolic
  /// link.
  private func displayName(of path: String, at canonical: String) -> String {
    var parts: [Substring] = []
    for part in path.split(separator: "/") where part != "." {
      if part == "..", let last = parts.last, last != ".." { parts.removeLast() } else { parts.append(part) }
    }
    let short = (path.hasPrefix("/") ? "/" : "") + parts.joined(separator: "/")
    return session.host.canonicalPath(short) == canonical ? short : path
  }
}

extension Source {
  /// Returns the source with another name in messages.
  fileprivate func named(_ name: String) -> Source { Source(name: name, text: text, folder: folder) }
}
