// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A fast implementation of passes with one sample through a network of dense layers and activations of width 1, in
/// which each operation needs one register.
///
/// It computes the same bits as the operations, in the same memory, but avoids their calls, which would cost more than
/// the arithmetic.
final class ScalarChain<E: Element> {
  /// One operation with the buffers that it reads and writes. The payloads are pointers to avoid copies and reference
  /// counting.
  private enum Link {
    case dense(UnsafeMutablePointer<DenseLink>)
    case activation(UnsafeMutablePointer<ActivationLink>)
  }

  private struct DenseLink {
    let x: UnsafeMutablePointer<E>
    let z: UnsafeMutablePointer<E>
    /// Nil if the gradient is not needed or the backward pass is not connected yet.
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

  /// Creates a chain of operations whose forward pass is connected for one sample. Returns nil if an operation has
  /// another width, is a softmax, has no bias, or is neither affine nor an activation.
  init?(_ operations: some Collection<any Operation<E>>) {
    guard operations.allSatisfy({ $0.inputs == 1 && $0.outputs == 1 }) else { return nil }
    var found: [Link] = []
    for operation in operations {
      switch operation.role {
      case .affine(let dense):
        guard let bias = dense.bias else {
          found.forEach(Self.free)
          return nil
        }
        found.append(
          .dense(
            .one(
              DenseLink(
                x: dense.input!.pointer, z: dense.output!.pointer, weight: dense.weight.values.pointer,
                bias: bias.values.pointer, weightGradient: dense.weight.gradients.pointer,
                biasGradient: bias.gradients.pointer))))
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

  /// Runs the forward pass and returns whether every pre-activation is finite.
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
        // Zero times a finite number is zero, and zero times anything else is NaN.
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

  /// Connects the backward pass. `operations` are those of the initializer, whose backward pass must be connected.
  func connectBackward(_ operations: some Sequence<any Operation<E>>) {
    for (link, operation) in zip(links, operations) {
      switch link {
      case .dense(let link): link.pointee.inputGradient = operation.inputGradient?.pointer
      case .activation(let link): link.pointee.inputGradient = operation.inputGradient?.pointer
      }
    }
  }

  /// Runs the backward pass through the first `count` operations, given ∂L/∂y of the last one of them.
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
  /// Allocates memory for one value and initializes it.
  static func one(_ value: Pointee) -> UnsafeMutablePointer {
    let memory = allocate(capacity: 1)
    memory.initialize(to: value)
    return memory
  }
}
