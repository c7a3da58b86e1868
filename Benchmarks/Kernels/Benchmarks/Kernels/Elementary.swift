// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

private let elements = 4096

/// Registers the elementary functions, inlined into a loop as in the engine, and the norm.
func registerElementary<E: Element>(_ type: E.Type, _ precision: String) {
  registerFunction(Exp.self, "exp", E.self, precision)
  registerFunction(Tanh.self, "tanh", E.self, precision)
  registerFunction(Sigmoid.self, "sigmoid", E.self, precision)
  registerFunction(Erf.self, "erf", E.self, precision)
  registerFunction(Log.self, "log", E.self, precision)
  register("norm", ["precision": precision, "elements": "\(elements)"], nanoseconds: Double(elements) / 8) {
    Normal<E>(rows: 1, columns: elements, seed: 1)
  } run: { x in
    result = Reduction.norm(x.matrix.pointer, elements)
  }
}

/// Stores a result that is not needed, so that the compiler does not remove its computation.
nonisolated(unsafe) private var result = 0.0

/// An elementary function. It is a type instead of a closure, because calling a closure for each register would take
/// measurable time.
private protocol Function {
  static func value<V: Lanes>(_ x: V) -> V
}

private enum Exp: Function {
  @inline(__always) static func value<V: Lanes>(_ x: V) -> V { V.exp(x) }
}

private enum Tanh: Function {
  @inline(__always) static func value<V: Lanes>(_ x: V) -> V { V.tanh(x) }
}

private enum Sigmoid: Function {
  @inline(__always) static func value<V: Lanes>(_ x: V) -> V { V.sigmoid(x) }
}

private enum Erf: Function {
  @inline(__always) static func value<V: Lanes>(_ x: V) -> V { V.erf(x) }
}

private enum Log: Function {
  @inline(__always) static func value<V: Lanes>(_ x: V) -> V { V.log(x.magnitude) }
}

private func registerFunction<E: Element, F: Function>(
  _ function: F.Type, _ name: String, _ type: E.Type, _ precision: String
) {
  register(
    "elementary", ["function": name, "precision": precision, "elements": "\(elements)"], nanoseconds: Double(elements)
  ) {
    (x: Normal<E>(rows: 1, columns: elements, seed: 1), y: Normal<E>(rows: 1, columns: elements, seed: 2))
  } run: { state in
    apply(F.self, UnsafePointer(state.x.matrix.pointer), state.y.matrix.pointer)
  }
}

/// A separate function, because the compiler does not inline operations on registers into a closure that becomes a
/// thunk.
@inline(never)
private func apply<E: Element, F: Function>(_ function: F.Type, _ x: UnsafePointer<E>, _ y: UnsafeMutablePointer<E>) {
  for i in stride(from: 0, to: elements, by: E.Vector.scalarCount) {
    let number: E.Vector = load(x + i)
    store(F.value(number), y + i)
  }
}
