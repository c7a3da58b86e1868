// SPDX-License-Identifier: GPL-3.0-or-later

/// The help pages, with what a session adds to them: its variables, its terminal and its settings.
package struct Manual {
  let session: Session
  let registry: Registry
}

extension Interpreter {
  /// The help pages for this session.
  package var manual: Manual { Manual(session: session, registry: registry) }
}
