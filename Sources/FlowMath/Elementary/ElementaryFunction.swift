// SPDX-License-Identifier: GPL-3.0-or-later

/// The elementary functions by name, applied to buffers. Tables, tests and code that runs once use these.
///
/// This target is compiled with the machine's vector instructions, so the functions are compiled here for both formats.
/// Engine code calls the functions of `Lanes` directly, so that they are inlined into its loops.
public enum ElementaryFunction: String, CaseIterable, Sendable {
  case exp, expm1, log, log1p, tanh, sigmoid, erf, normalCDF, sin, cos

  /// Replaces every element by the value of the function.
  public func map(_ x: UnsafeMutableBufferPointer<Float>) { run(x) }

  /// Replaces every element by the value of the function.
  public func map(_ x: UnsafeMutableBufferPointer<Double>) { run(x) }

  @inline(__always)
  private func run<T: Element>(_ x: UnsafeMutableBufferPointer<T>) {
    switch self {
    case .exp: x.replaceAll { T.Vector.exp($0) }
    case .expm1: x.replaceAll { T.Vector.expm1($0) }
    case .log: x.replaceAll { T.Vector.log($0) }
    case .log1p: x.replaceAll { T.Vector.log1p($0) }
    case .tanh: x.replaceAll { T.Vector.tanh($0) }
    case .sigmoid: x.replaceAll { T.Vector.sigmoid($0) }
    case .erf: x.replaceAll { T.Vector.erf($0) }
    case .normalCDF: x.replaceAll { T.Vector.normalCDF($0) }
    case .sin: x.replaceAll { T.Vector.sin($0) }
    case .cos: x.replaceAll { T.Vector.cos($0) }
    }
  }
}

extension UnsafeMutableBufferPointer where Element: FlowMath.Element {
  /// Replaces whole registers first, then the rest in a register padded with ones.
  @inline(__always)
  fileprivate func replaceAll(_ function: (Element.Vector) -> Element.Vector) {
    guard let base = UnsafeMutableRawPointer(baseAddress) else { return }
    let width = Element.Vector.scalarCount
    let whole = count / width * width
    for start in stride(from: 0, to: whole, by: width) {
      let place = base + start * MemoryLayout<Element>.stride
      place.storeBytes(of: function(place.loadUnaligned(as: Element.Vector.self)), as: Element.Vector.self)
    }
    var rest = Element.Vector(repeating: 1)
    for lane in 0..<(count - whole) { rest[lane] = self[whole + lane] }
    rest = function(rest)
    for lane in 0..<(count - whole) { self[whole + lane] = rest[lane] }
  }
}
