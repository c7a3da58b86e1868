// SPDX-License-Identifier: GPL-3.0-or-later

extension Int {
  /// A description of this number of bytes in GiB, MiB or KiB if it is a whole multiple of one of them. Any other size
  /// from 10 MiB on is rounded up to whole MiB or GiB.
  public var byteCount: String {
    let units = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")]
    if let (unit, name) = units.first(where: { self >= $0.0 && isMultiple(of: $0.0) }) {
      return "\(self / unit) \(name)"
    }
    guard let (unit, name) = units.prefix(2).first(where: { self >= 10 * $0.0 }) else { return "\(self) bytes" }
    return "\(self / unit + 1) \(name)"
  }
}
