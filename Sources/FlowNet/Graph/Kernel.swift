// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// The computation of a node. A kernel depends on shapes, but not on the values of parameters, on other kernels or on
/// the network.
protocol Kernel: Sendable {
  /// The role of the kernel in the flow of signals and gradients.
  var role: NodeRole { get }
  /// The term that the kernel contributes to the gradient between two rows of the flow table.
  var term: GradientTerm { get }
  /// Returns the properties of the kernel that a plan needs, for inputs of the given shapes. Throws if the kernel
  /// cannot accept them.
  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline
  /// Returns a step that runs the kernel on the matrices of a site.
  func bind<E: Element>(_ site: Site<E>) -> any Step<E>
}

/// The properties of a kernel that a plan needs: its shapes, the memory that it keeps, and its stages.
struct Outline: Sendable {
  /// The passes in which a kernel passes on its input without computing anything.
  enum Passing: Sendable { case never, inPrediction, always }

  /// How a kernel uses ∂L/∂y.
  enum GradientUse: Sendable {
    /// It reads ∂L/∂y in the order in which it writes ∂L/∂x, so both may be in the same memory.
    case overwrites
    /// It needs ∂L/∂y until ∂L/∂x is complete.
    case reads
    /// It needs ∂L/∂y after the pass, to compute the gradients of its parameters.
    case keeps
  }

  let output: Shape
  var parameters: [ParameterSpec] = []
  var state: [StateSpec] = []
  /// The memory in which the kernel keeps intermediate results of the forward pass for the backward pass.
  var memory: [MemorySpec] = []
  var forward: Stages
  var backward: Stages
  /// The passes in which y is x.
  var passesValue = Passing.never
  /// The passes in which ∂L/∂x is ∂L/∂y, for each input.
  var passesGradient = Passing.never
  var gradientUse = GradientUse.reads
  /// Whether y may be written over x, because the kernel never reads x again, not even in the backward pass.
  var overwritesInput = false
  /// Whether the next kernel may overwrite y, because this one never reads it again.
  var outputMayBeOverwritten = false
  /// Whether the kernel counts saturated (sample, unit) pairs.
  var countsSaturation = false
  /// Whether the kernel draws random numbers in every training step.
  var draws = false
}

/// The stages of a pass through a kernel. A thread runs all stages on its samples in a row, and waits for the other
/// threads only at a barrier, before a stage that needs the results of all samples.
struct Stages: Sendable {
  var count = 1
  /// The stages that need the results of all samples from the stages before them, in ascending order.
  var barriers: [Int] = []
  /// The approximate number of multiply-adds per sample in all stages.
  var work: Int
}

/// Memory in which a kernel keeps intermediate results.
enum MemorySpec: Sendable {
  /// A row for each sample.
  case rows(columns: Int)
  /// A row for each sample and time step: first all samples of the first step, and so on.
  case sequence(steps: Int, columns: Int)
  /// The given number of elements for each sample, without padding.
  case numbers(perSample: Int)
  /// The given number of arrays, independent of the number of samples. They are initially 0.
  case arrays(Int, columns: Int)
}
