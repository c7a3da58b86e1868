// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The loops of an activation for direct use by the benchmarks in Benchmarks/Kernels. Layers store the loops that they
/// use.
@_spi(Kernels)
extension Activation {
  /// Computes y = φ(z), for the padding too.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public func forward<E: Element>(_ z: Matrix<E>, into y: Matrix<E>) {
    if isSoftmax { softmaxForward(z, into: y) } else { E.loops(self).forward(z.pointer, y.pointer, z.count, parameter) }
  }

  /// Computes δ = g·∂y/∂z, for the padding too.
  @specialized(where E == Float)
  @specialized(where E == Double)
  public func backward<E: Element>(_ z: Matrix<E>, _ y: Matrix<E>, _ g: Matrix<E>, into delta: Matrix<E>) {
    if isSoftmax {
      softmaxBackward(y, g, into: delta)
    } else {
      E.loops(self).backward(z.pointer, y.pointer, g.pointer, delta.pointer, z.count, parameter)
    }
  }
}
