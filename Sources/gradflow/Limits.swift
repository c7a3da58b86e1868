// SPDX-License-Identifier: GPL-3.0-or-later
import CReadline
import CSystem
import FlowRuntime

/// The limits on the run time and the memory of the program.
struct Limits: Sendable {
  private let seconds: Double?
  private let bytes: Int?

  /// The limits for untrusted scripts. `--timeout` overrides the time.
  private static let safeSeconds = 60.0
  private static let safeBytes = 2 << 30

  init(_ switches: Switches) {
    seconds = switches.timeout ?? (switches.safe ? Self.safeSeconds : nil)
    bytes = switches.safe ? Self.safeBytes : nil
  }

  /// Starts the clock and sets the memory limits. The engine refuses to exceed the memory limit. The system refuses to
  /// exceed four times as much address space, most of which is used by stacks and reserves.
  func begin() {
    if let seconds { gf_time_limit(seconds, "error: \(StopReason.timeLimit(seconds: seconds).complaint.message)\n") }
    if let bytes {
      gf_memory_bound(bytes)
      gf_memory_limit_address_space(4 * bytes)
    }
  }

  /// Returns the reason to stop, or nil. May be called from any thread.
  @Sendable func stopReason() -> StopReason? {
    if gf_interrupted() { return .interrupt }
    if let seconds, gf_time_is_up() { return .timeLimit(seconds: seconds) }
    if let bytes, gf_memory_used() > bytes { return .memoryLimit(bytes: bytes) }
    let refused = gf_memory_refused()
    if refused > 0 { return .memoryRefused(bytes: refused) }
    return nil
  }
}
