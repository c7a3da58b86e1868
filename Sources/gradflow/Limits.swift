// SPDX-License-Identifier: GPL-3.0-or-later
import CReadline
import CSystem
import FlowRuntime

/// The time and the memory that the program may take.
struct Limits: Sendable {
  private let seconds: Double?
  private let bytes: Int?

  /// What a stranger's script may use; `--timeout` changes the time.
  private static let safeSeconds = 60.0
  private static let safeBytes = 2 << 30

  init(_ switches: Switches) {
    seconds = switches.timeout ?? (switches.safe ? Self.safeSeconds : nil)
    bytes = switches.safe ? Self.safeBytes : nil
  }

  /// Starts the clock. The engine refuses what would go beyond the memory; beyond four times as much address space, of
  /// which stacks and reserves take most, the system itself does.
  func begin() {
    if let seconds { gf_time_limit(seconds, "error: \(StopReason.timeLimit(seconds: seconds).complaint.message)\n") }
    if let bytes {
      gf_memory_bound(bytes)
      gf_memory_limit_address_space(4 * bytes)
    }
  }

  /// Any thread may ask.
  @Sendable func stopReason() -> StopReason? {
    if gf_interrupted() { return .interrupt }
    if let seconds, gf_time_is_up() { return .timeLimit(seconds: seconds) }
    if let bytes, gf_memory_used() > bytes { return .memoryLimit(bytes: bytes) }
    let refused = gf_memory_refused()
    if refused > 0 { return .memoryRefused(bytes: refused) }
    return nil
  }
}
