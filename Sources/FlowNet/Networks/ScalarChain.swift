// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A network of width 1 with one sample: dense layers and activations that are a register each.
///
/// It computes the same bits as the operations would, in the same memory, without the calls that cost more than the work.
final class ScalarChain<E: Element> {
  /// One operation: where it reads and writes. Pointers spare copies, and counting the references in them.
  private enum Link {
    case dense(UnsafeMutablePointer<DenseLink>)
    case activation(UnsafeMutablePointer<ActivationLink>)
  }

  private struct DenseLink {
    let x: UnsafeMutablePointer<E>
    let z: UnsafeMutablePointer<E>
    /// Nil where it is not needed, or not connected yet.
    var inputGradient: UnsafeMutablePointer<E>?
    let weight: UnsafeMutablePointer<E>
    let bias: UnsafeMutablePointer<E>
    let weightGradient: UnsafeMutablePointer<E>
    let biasGradient: UnsafeMutablePointer<E>
  }

  private struct ActivationLink {
    let z: Matrix<E>
    let y: Matrix<E>
    let saturation: SaturationCounter?
    let flat: E
    var inputGradient: UnsafeMutablePointer<E>?
    let loops: PointwiseLoops<E>
    let parameter: Double
  }

  private let links: UnsafeMutableBufferPointer<Link>

  /// Nil for any other network. The operations are connected for one sample on the way forward.
  init?(_ operations: [any Operation<E>]) {
    guard operations.allSatisfy({ $0.inputs == 1 && $0.outputs == 1 }) else { return nil }
    var found: [Link] = []
    for operation in operations {
      switch operation.role {
      case .affine(let dense):
        found.append(
          .dense(
            .one(
              DenseLink(
                x: dense.input!.pointer, z: dense.output!.pointer, weight: dense.weight.values.pointer,
                bias: dense.bias.values.pointer, weightGradient: dense.weight.gradients.pointer,
                biasGradient: dense.bias.gradients.pointer))))
      case .activation(let activation) where !activation.activation.isSoftmax:
        found.append(
          .activation(
            .one(
              ActivationLink(
                z: activation.input!, y: activation.output!, saturation: activation.saturation, flat: activation.flat,
                loops: activation.loops, parameter: activation.parameter))))
      case .activation, .other:
        found.forEach(Self.free)
        return nil
      }
    }
    links = .allocate(capacity: found.count)
    _ = links.initialize(from: found)
  }

  deinit {
    links.forEach(Self.free)
    links.deallocate()
  }

  private static func free(_ link: Link) {
    switch link {
    case .dense(let link): link.deallocate()
    case .activation(let link):
      link.deinitialize(count: 1)
      link.deallocate()
    }
  }

  /// Gives whether every pre-activation is finite.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func forward() -> Bool {
    var wrong = E.Vector()
    for index in links.indices {
      switch links[index] {
      case .dense(let link):
        let bias: E.Vector = load(UnsafePointer(link.pointee.bias))
        let z = bias.fused(E.Vector(repeating: link.pointee.x.pointee), load(UnsafePointer(link.pointee.weight)))
        store(z, link.pointee.z)
        // Zero times a finite number is zero; times anything else it is NaN.
        wrong = wrong.fused(z, E.Vector())
      case .activation(let link):
        let (z, y) = (link.pointee.z, link.pointee.y)
        if let saturation = link.pointee.saturation {
          saturation.set(link.pointee.loops.forwardCounting(z, y, link.pointee.flat, link.pointee.parameter))
        } else {
          link.pointee.loops.forward(z.pointer, y.pointer, E.Vector.scalarCount, link.pointee.parameter)
        }
      }
    }
    return wrong[0] == 0
  }

  /// The operations, which are the same ones, are connected on the way back too.
  func connectBackward(_ operations: [any Operation<E>]) {
    for (link, operation) in zip(links, operations) {
      switch link {
      case .dense(let link): link.pointee.inputGradient = operation.inputGradient?.pointer
      case .activation(let link): link.pointee.inputGradient = operation.inputGradient?.pointer
      }
    }
  }

  /// From ∂L/∂y of the first `count` operations.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ gradient: UnsafeMutablePointer<E>, operations count: Int, isPrecise: Bool) {
    var g = UnsafePointer(gradient)
    for index in stride(from: count - 1, through: 0, by: -1) {
      switch links[index] {
      case .dense(let link):
        let delta: E.Vector = load(g)
        store(E.Vector().fused(E.Vector(repeating: link.pointee.x.pointee), delta), link.pointee.weightGradient)
        store(E.Vector() + delta, link.pointee.biasGradient)
        guard let inputGradient = link.pointee.inputGradient else { return }
        let weight: E.Vector = load(UnsafePointer(link.pointee.weight))
        store(E.Vector().fused(E.Vector(repeating: g.pointee), weight), inputGradient)
        g = UnsafePointer(inputGradient)
      case .activation(let link):
        let inputGradient = link.pointee.inputGradient!
        let (z, y) = (link.pointee.z.pointer, link.pointee.y.pointer)
        if isPrecise {
          link.pointee.loops.preciseBackward(z, g, inputGradient, E.Vector.scalarCount, link.pointee.parameter)
        } else {
          link.pointee.loops.backward(z, y, g, inputGradient, E.Vector.scalarCount, link.pointee.parameter)
        }
        g = UnsafePointer(inputGradient)
      }
    }
  }
}

extension UnsafeMutablePointer {
  /// Memory for one value, which is put there.
  static func one(_ value: Pointee) -> UnsafeMutablePointer {
    let memory = allocate(capacity: 1)
    memory.initialize(to: value)
    return memory
  }
}
