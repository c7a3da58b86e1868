// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

/// What a node of a graph computes. A kernel knows shapes, but no numbers, and nothing of other kernels or the network.
protocol Kernel: Sendable {
  /// The part that the kernel plays in a row of the flow table.
  var part: RowPart { get }
  /// What the kernel contributes to the gradient between two rows of the flow table.
  var term: GradientTerm { get }
  /// Returns what a plan has to know about the kernel for inputs of the given shapes. Throws if it cannot accept them.
  func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline
  /// Returns the step that computes the kernel at a place in memory.
  func bind<E: Element>(_ site: Site<E>) -> any Step<E>
}

extension Kernel {
  var part: RowPart { .none }
}

/// The part that a kernel plays in a row of the flow table.
enum RowPart: Sendable {
  /// It begins a row for each time step; most kernels have one. The role of its step has the rows. `weight` is the
  /// position of their weight among the kernel's parameters.
  case rows(Int, weight: Int)
  /// It applies an activation and does nothing else. It belongs to the current row if that has no activation yet. Its
  /// step conforms to `ActivationStep`.
  case activation(Activation)
  /// It normalises, as `layer` describes. It belongs to the current row if that has no normalisation yet.
  case norm(layer: any Layer)
  /// It is no part of a row.
  case none
}

/// What a plan has to know about a kernel: its shapes, what it keeps in memory, and in which stages it computes.
struct Outline: Sendable {
  /// When a kernel hands on what it received, and computes nothing.
  enum Passing: Sendable { case never, inPrediction, always }

  /// What a kernel does with ∂L/∂y.
  enum GradientUse: Sendable {
    /// It reads ∂L/∂y in the order in which it writes ∂L/∂x, which may therefore be in the same place.
    case overwrites
    /// It needs ∂L/∂y until ∂L/∂x is complete.
    case reads
    /// It needs ∂L/∂y after the pass, for the gradients of its parameters.
    case keeps
  }

  /// The shape of the output.
  let output: Shape
  var parameters: [ParameterSpec] = []
  var state: [StateSpec] = []
  /// The memory in which the kernel keeps intermediate results from the forward pass to the backward pass.
  var memory: [MemorySpec] = []
  var forward: Stages
  var backward: Stages
  /// Whether y is x.
  var passesValue = Passing.never
  /// Whether ∂L/∂x is ∂L/∂y, for each input.
  var passesGradient = Passing.never
  var gradientUse = GradientUse.reads
  /// Whether y may be written over x, because the kernel never reads x again, not even in the backward pass.
  var overwritesInput = false
  /// Whether the next kernel may overwrite y, because this one never reads it again.
  var outputMayBeOverwritten = false
  /// Whether the kernel counts saturated pairs of sample and unit.
  var countsSaturation = false
  /// Whether the kernel draws random numbers in every training step.
  var draws = false
}

/// The stages of a pass through a kernel. A thread takes its samples through all stages in a row, and waits for the other
/// threads only where a stage needs the results of all samples.
struct Stages: Sendable {
  var count = 1
  /// The stage that needs the results of all samples from the stages before it, if any.
  var barrier: Int?
  /// The approximate number of multiply-adds per sample in all stages.
  var work: Int
}

/// Memory in which a kernel keeps intermediate results.
enum MemorySpec: Sendable {
  /// A row for each sample.
  case rows(columns: Int)
  /// A row for each sample and time step: first all samples of the first step, and so on.
  case sequence(steps: Int, columns: Int)
  /// Some numbers for each sample, without padding.
  case numbers(perSample: Int)
  /// Some arrays, whatever the number of samples. They are 0 at first.
  case arrays(Int, columns: Int)
}
