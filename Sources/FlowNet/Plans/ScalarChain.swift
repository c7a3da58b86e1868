// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// A fast implementation of passes with one sample through a network of affine steps and activations of width 1, in
/// which each step needs one register.
///
/// It computes the same bits as the steps, in the same memory, but avoids their calls, which would cost more than the
/// arithmetic.
final class ScalarChain<E: Element> {
  /// One step with the buffers that it reads and writes. The payloads are pointers to avoid copies and reference
  /// counting.
  private enum Link {
    case dense(UnsafeMutablePointer<DenseLink>)
    case activation(UnsafeMutablePointer<ActivationLink>)
  }

  private struct DenseLink {
    let x: UnsafeMutablePointer<E>
    let z: UnsafeMutablePointer<E>
    /// Nil if the gradient is not needed.
    let inputGradient: UnsafeMutablePointer<E>?
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
    let inputGradient: UnsafeMutablePointer<E>?
    let loops: PointwiseLoops<E>
    let parameter: Double
  }

  private let links: UnsafeMutableBufferPointer<Link>

  /// The number of links that the backward pass goes through.
  private let backwardCount: Int

  /// Creates the chain of the steps of a plan, the first `nodes` of which belong to the backward pass. Returns nil if a
  /// step has another width, is a softmax, has no bias, or is neither affine nor an activation.
  init?(_ steps: [(any Step<E>)?], nodes: Int) {
    var found: [Link] = []
    var count = 0
    for (index, step) in steps.enumerated() {
      guard let step else { continue }
      guard let link = Self.link(step) else {
        found.forEach(Self.free)
        return nil
      }
      found.append(link)
      if index < nodes { count += 1 }
    }
    links = .allocate(capacity: found.count)
    _ = links.initialize(from: found)
    backwardCount = count
  }

  private static func link(_ step: any Step<E>) -> Link? {
    let site = step.site
    guard site.input.columns == 1, site.output.columns == 1 else { return nil }
    switch step.role {
    case .affine(let affine):
      guard let bias = affine.bias else { return nil }
      return .dense(
        .one(
          DenseLink(
            x: affine.input.pointer, z: affine.output.pointer, inputGradient: site.inputGradient?.pointer,
            weight: affine.weight.values.pointer, bias: bias.values.pointer,
            weightGradient: site.parameters[0].gradients.pointer, biasGradient: site.parameters[1].gradients.pointer)))
    case .activation(let own):
      if own.activation.isSoftmax { return nil }
      return .activation(
        .one(
          ActivationLink(
            z: own.input, y: own.output, saturation: own.saturation, flat: own.flat,
            inputGradient: site.inputGradient?.pointer, loops: own.loops, parameter: own.parameter)))
    case .unrolled, .other: return nil
    }
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

  /// Runs the backward pass, given the gradient that it begins with.
  @specialized(where E == Float)
  @specialized(where E == Double)
  func backward(_ gradient: UnsafeMutablePointer<E>, isPrecise: Bool) {
    var g = UnsafePointer(gradient)
    for index in stride(from: backwardCount - 1, through: 0, by: -1) {
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
        guard let inputGradient = link.pointee.inputGradient else { return }
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
