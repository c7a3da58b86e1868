// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network of width 1 with one sample: dense layers and activations that are a register each.
///
/// It computes the same bits as the operations would, in the same memory, without the calls that cost more than the work.
final class ScalarChain<E: Element> {
  private struct Link {
    let isDense: Bool
    let x: UnsafeMutablePointer<E>
    let y: UnsafeMutablePointer<E>
    let inputGradient: UnsafeMutablePointer<E>
    let weight: UnsafeMutablePointer<E>
    let bias: UnsafeMutablePointer<E>
    let weightGradient: UnsafeMutablePointer<E>
    let biasGradient: UnsafeMutablePointer<E>
    let loops: PointwiseLoops<E>
    let parameter: Double
  }

  private let links: UnsafeMutableBufferPointer<Link>
  /// Whether every pre-activation of the last pass was finite.
  private(set) var isFinite = true

  /// Nil for any other network. The operations are connected for one sample.
  init?(_ operations: [any Operation<E>], identity: PointwiseLoops<E>) {
    var found: [Link] = []
    for operation in operations {
      guard operation.inputs == 1, operation.outputs == 1 else { return nil }
      switch operation {
      case let dense as DenseOperation<E>:
        found.append(
          Link(
            isDense: true, x: dense.input!.pointer, y: dense.output!.pointer,
            inputGradient: dense.inputGradient.pointer, weight: dense.weight.values.pointer,
            bias: dense.bias.values.pointer, weightGradient: dense.weight.gradients.pointer,
            biasGradient: dense.bias.gradients.pointer, loops: identity, parameter: 0))
      case let activation as ActivationOperation<E> where !activation.activation.isSoftmax:
        let nowhere = activation.output!.pointer
        found.append(
          Link(
            isDense: false, x: activation.input!.pointer, y: activation.output!.pointer,
            inputGradient: activation.inputGradient.pointer, weight: nowhere, bias: nowhere, weightGradient: nowhere,
            biasGradient: nowhere, loops: activation.loops, parameter: activation.parameter))
      default: return nil
      }
    }
    links = .allocate(capacity: found.count)
    _ = links.initialize(from: found)
  }

  deinit {
    links.deinitialize()
    links.deallocate()
  }

  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward() {
    var wrong = E.Vector()
    for index in links.indices {
      let link = links.baseAddress! + index
      if link.pointee.isDense {
        let bias: E.Vector = load(UnsafePointer(link.pointee.bias))
        let z = bias.fused(E.Vector(repeating: link.pointee.x.pointee), load(UnsafePointer(link.pointee.weight)))
        store(z, link.pointee.y)
        // Zero times a finite number is zero; times anything else it is NaN.
        wrong = wrong.fused(z, E.Vector())
      } else {
        link.pointee.loops.forward(link.pointee.x, link.pointee.y, E.Vector.scalarCount, link.pointee.parameter)
      }
    }
    isFinite = wrong[0] == 0
  }

  /// From ∂L/∂y of the first `count` operations.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ gradient: UnsafeMutablePointer<E>, operations count: Int) {
    var g = UnsafePointer(gradient)
    for index in stride(from: count - 1, through: 0, by: -1) {
      let link = links.baseAddress! + index
      if link.pointee.isDense {
        let delta: E.Vector = load(g)
        store(E.Vector().fused(E.Vector(repeating: link.pointee.x.pointee), delta), link.pointee.weightGradient)
        store(E.Vector() + delta, link.pointee.biasGradient)
        if index > 0 {
          let weight: E.Vector = load(UnsafePointer(link.pointee.weight))
          store(E.Vector().fused(E.Vector(repeating: g.pointee), weight), link.pointee.inputGradient)
        }
      } else {
        link.pointee.loops.backward(
          link.pointee.x, link.pointee.y, g, link.pointee.inputGradient, E.Vector.scalarCount, link.pointee.parameter)
      }
      g = UnsafePointer(link.pointee.inputGradient)
    }
  }
}
