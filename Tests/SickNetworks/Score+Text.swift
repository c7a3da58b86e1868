// SPDX-License-Identifier: GPL-3.0-or-later
import FlowClinic

extension Score {
  /// The measures, the tables by kind and by strength with the causes that were named, and the mistakes one by one.
  package var text: String {
    let times = Time.allCases
    let states: [Examined.State] = [.healthy, .sick, .unharmed, .unclear]
    let head = states.map { "\(count($0)) \($0.rawValue)" }.joined(separator: ", ")
    return
      (["\(networks) networks: \(head)"] + times.map(summary) + [cureSummary]
      + times.map { "\n" + table($0) { $0.kind!.rawValue } }
      + times.map { "\n" + table($0) { "\($0.kind!.rawValue) \($0.strength)" } }
      + times.map { time in list("false alarms \(time)", falseAlarms(time), time) }
      + times.map { time in list("wrong \(time)", mistakes(time), time) }
      + [list("needless after", needless, .after)]).joined(separator: "\n")
  }

  private func summary(_ time: Time) -> String {
    "\(time): recall \(percent(recall(time))), precision \(percent(precision(time))), root \(percent(rootRight(time))), "
      + "layer \(percent(layerRight(time))), false alarms \(falseAlarms(time).count) of \(count(.healthy))"
  }

  private var cureSummary: String {
    let kinds = Dictionary(grouping: treated) { $0.kind!.rawValue }.sorted { $0.key < $1.key }.map { kind, networks in
      "\(kind) \(networks.count { $0.cures!.isAmongFirst }) and \(networks.count { $0.cures!.helped }) of \(networks.count)"
    }
    return "cures of \(treated.count): among the first three \(percent(curedByFirst)), helped \(percent(cured)): "
      + kinds.joined(separator: ", ")
  }

  private func percent(_ share: Double) -> String { "\((1000 * share).rounded() / 10) %" }

  /// A line per group of sick networks: their number, how many have any verdict, the right root and the right layer, and
  /// the causes of the first rows.
  private func table(_ time: Time, _ group: (Examined) -> String) -> String {
    let lines = Dictionary(grouping: sick(time), by: group).sorted { $0.key < $1.key }.map { name, networks in
      let causes = networks.map { rows($0, time).first?.cause.rawValue ?? "none" }
      let counts = Dictionary(grouping: causes) { $0 }.map { ($0.key, $0.value.count) }
        .sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
      let layers = networks.compactMap { $0.isLayerRight(rows($0, time)) }
      let cells = [
        "\(networks.count)", "\(causes.count { $0 != "none" })", "\(networks.count { $0.isRootRight(rows($0, time)) })",
        layers.isEmpty ? "" : "\(layers.count { $0 })/\(layers.count)",
      ]
      return padded(name, 28) + cells.map { padded($0, 7) }.joined() + counts
    }
    let head =
      padded("\(time)", 28) + ["sick", "found", "root", "layer"].map { padded($0, 7) }.joined() + "causes named"
    return ([head] + lines).joined(separator: "\n")
  }

  private func list(_ title: String, _ networks: [Examined], _ time: Time) -> String {
    (["\n\(title): \(networks.count)"]
      + networks.map { own in
        let verdict = rows(own, time).map { "\($0.symptom)/\($0.cause)\($0.layer.map { "@\($0)" } ?? "")" }
        let fault = own.kind.map { "\($0) \(own.strength)\(own.layer.map { "@\($0)" } ?? "")" } ?? ""
        return "  \(fault) -> \(verdict.isEmpty ? "nothing" : verdict.joined(separator: " ")); \(own.description)"
      }).joined(separator: "\n")
  }

  private func padded(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(width - text.count, 1))
  }
}
