// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic

/// How often `diagnose` is right about networks whose state is known.
package struct Score {
  package enum Time: String, CaseIterable { case before, after }

  private let all: [Examined]

  package init(_ all: [Examined]) { self.all = all }

  package func count(_ state: Examined.State) -> Int { all.count { $0.state == state } }

  package var networks: Int { all.count }

  func rows(_ own: Examined, _ time: Time) -> [Examined.Row] { time == .before ? own.before : own.after }

  /// The sick networks that can be distinguished from healthy ones at that time.
  func sick(_ time: Time) -> [Examined] {
    all.filter { $0.state == .sick && (time == .after || $0.kind!.isOfNetwork) }
  }

  /// The fraction of sick networks that are diagnosed with anything.
  package func recall(_ time: Time) -> Double { share(sick(time)) { !rows($0, time).isEmpty } }

  /// The fraction of sick networks whose first row names the cause.
  package func rootRight(_ time: Time) -> Double { share(sick(time)) { $0.isRootRight(rows($0, time)) } }

  /// The fraction of sick networks with the right layer, of those with the right cause that have one.
  package func layerRight(_ time: Time) -> Double {
    let known = sick(time).compactMap { $0.isLayerRight(rows($0, time)) }
    return known.isEmpty ? 1 : Double(known.count { $0 }) / Double(known.count)
  }

  /// The fraction of verdicts that are right. Where a fault did no harm, no verdict is right after training, and before
  /// training, only the fault itself.
  package func precision(_ time: Time) -> Double {
    let verdicts = all.filter { $0.state != .unclear && !rows($0, time).isEmpty }
    return share(verdicts) { own in
      switch own.state {
      case .sick: own.isRootRight(rows(own, time))
      case .unharmed: time == .before && own.isRootRight(rows(own, time))
      case .healthy, .unclear: false
      }
    }
  }

  /// The healthy networks that are diagnosed with something.
  package func falseAlarms(_ time: Time) -> [Examined] {
    all.filter { $0.state == .healthy && !rows($0, time).isEmpty }
  }

  package func falseAlarmRate(_ time: Time) -> Double {
    Double(falseAlarms(time).count) / Double(max(count(.healthy), 1))
  }

  /// The sick networks whose remedies were tried.
  var treated: [Examined] { all.filter { $0.cures != nil } }

  /// The fraction of treated networks with a remedy that removes the fault and helped.
  package var cured: Double { share(treated) { $0.cures!.helped } }

  /// The fraction of treated networks with such a remedy among the first three.
  package var curedByFirst: Double { share(treated) { $0.cures!.isAmongFirst } }

  /// The sick networks whose first row does not name the cause.
  package func mistakes(_ time: Time) -> [Examined] { sick(time).filter { !$0.isRootRight(rows($0, time)) } }

  /// The networks that are diagnosed after training although their fault did no harm.
  package var needless: [Examined] { all.filter { $0.state == .unharmed && !$0.after.isEmpty } }

  private func share(_ networks: [Examined], _ isRight: (Examined) -> Bool) -> Double {
    networks.isEmpty ? 1 : Double(networks.count(where: isRight)) / Double(networks.count)
  }
}
