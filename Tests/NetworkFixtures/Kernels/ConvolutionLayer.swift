// SPDX-License-Identifier: GPL-3.0-or-later
import FlowMath

@testable import FlowNet

/// A convolution over positions, without padding: z[o, p] = Σ w[o, c, k]·x[c, p + k] + b[o]. The input is divided into
/// `inputChannels` channels. The program has no such layer.
package struct ConvolutionLayer: Layer, Kernel {
  package let inputChannels: Int
  package let channels: Int
  /// The number of positions of x that a position of z depends on.
  package let width: Int
  package let weights: Initializer

  package init(inputChannels: Int, channels: Int, width: Int, weights: Initializer) {
    self.inputChannels = inputChannels
    self.channels = channels
    self.width = width
    self.weights = weights
  }

  package var kind: String { "convolution" }
  package var arguments: [LayerArgument] {
    [
      LayerArgument("inputs", .number(Double(inputChannels))), LayerArgument("channels", .number(Double(channels))),
      LayerArgument("width", .number(Double(width))), LayerArgument("init", .initializer(weights)),
    ]
  }
  package func with(weights: Initializer?, bias: Initializer?) -> any Layer {
    ConvolutionLayer(
      inputChannels: inputChannels, channels: channels, width: width, weights: weights ?? self.weights)
  }
  package var sequenceRole: SequenceRole { .other }
  package var role: NodeRole { .unrolled(steps: 1, weight: 0) }
  package var term: GradientTerm { .weight }

  package func append(to graph: inout GraphBuilder, _ input: Slot) throws(NetworkError) -> Slot {
    try graph.append(self, input)
  }

  package func outline(_ inputs: NonEmpty<Shape>) throws(NetworkError) -> Outline {
    let length = inputs[0].units / inputChannels
    guard length * inputChannels == inputs[0].units, length >= width else {
      throw NetworkError("a convolution of width \(width) does not fit \(inputs[0].units) numbers")
    }
    let positions = length - width + 1
    let count = inputChannels * width
    let stages = Stages(work: positions * count * channels)
    return Outline(
      output: Shape(channels: channels, length: positions),
      parameters: [
        .weight(weights, inputs: count, outputs: channels),
        .bias(.named("constant")!, inputs: count, outputs: channels),
      ],
      forward: stages, backward: stages, gradientUse: .keeps, outputMayBeOverwritten: true)
  }

  package func bind<E: Element>(_ site: Site<E>) -> any Step<E> { ConvolutionStep(self, site) }
}

private final class ConvolutionStep<E: Element>: AffineStep {
  let site: Site<E>
  let weight: Parameter<E>
  let bias: Parameter<E>?
  private let layer: ConvolutionLayer
  private let length: Int
  private let positions: Int

  init(_ layer: ConvolutionLayer, _ site: Site<E>) {
    self.layer = layer
    self.site = site
    weight = site.parameters[0].parameter
    bias = site.parameters[1].parameter
    length = site.input.columns / layer.inputChannels
    positions = length - layer.width + 1
  }

  var input: Matrix<E> { site.input }
  var output: Matrix<E> { site.output }
  var delta: Matrix<E>? { site.gradient }

  func weight(_ input: Int, _ output: Int) -> E {
    let (channel, place) = input.quotientAndRemainder(dividingBy: length)
    let (unit, position) = output.quotientAndRemainder(dividingBy: positions)
    guard (0..<layer.width).contains(place - position) else { return 0 }
    return weight.values[channel * layer.width + place - position, unit]
  }

  /// Calls `body` for every product, with the column of x, the row and the column of the weight, and the column of z.
  private func eachProduct(_ body: (_ x: Int, _ row: Int, _ unit: Int, _ z: Int) -> Void) {
    for unit in 0..<layer.channels {
      for position in 0..<positions {
        for channel in 0..<layer.inputChannels {
          for k in 0..<layer.width {
            body(channel * length + position + k, channel * layer.width + k, unit, unit * positions + position)
          }
        }
      }
    }
  }

  func forward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    let biases = site.parameters[1].values
    for row in part {
      for z in 0..<output.columns { output[row, z] = biases[0, z / positions] }
      eachProduct { x, place, unit, z in output[row, z] += weight.values[place, unit] * input[row, x] }
    }
    if let watch = pass.watch, !Reduction.isFinite(output.rows(part).pointer, output.rows(part).count) { watch.raise() }
  }

  func backward(_ stage: Int, _ part: Range<Int>, _ pass: Pass) {
    guard let delta, let dx = site.inputGradient else { return }
    for row in part {
      for x in 0..<dx.columns { dx[row, x] = 0 }
      eachProduct { x, place, unit, z in dx[row, x] += weight.values[place, unit] * delta[row, z] }
    }
  }

  func cutGradients(grain: Int) -> Int { 1 }

  func setGradients(task: Int) {
    guard let delta else { return }
    let (weights, biases) = (site.parameters[0].gradients, site.parameters[1].gradients)
    for unit in 0..<layer.channels {
      biases[0, unit] = 0
      for place in 0..<weights.rows { weights[place, unit] = 0 }
    }
    for row in 0..<delta.rows {
      eachProduct { x, place, unit, z in weights[place, unit] += input[row, x] * delta[row, z] }
      for z in 0..<delta.columns { biases[0, z / positions] += delta[row, z] }
    }
  }

  func isInRange(_ check: RangeCheck<E>) -> Bool { check.comesFromRows(site) }

  func wideFactors(_ delta: WideMatrix) -> WideFactors {
    let (samples, x) = (delta.rows, input)
    let left = WideMatrix(rows: weight.rows, columns: samples * positions) { row, column in
      let (channel, k) = row.quotientAndRemainder(dividingBy: layer.width)
      let (sample, position) = column.quotientAndRemainder(dividingBy: positions)
      return WideNumber(Double(x[sample, channel * length + position + k]))
    }
    let right = WideMatrix(rows: layer.channels, columns: samples * positions) { unit, column in
      let (sample, position) = column.quotientAndRemainder(dividingBy: positions)
      return delta[sample, unit * positions + position]
    }
    return WideFactors(left: left, right: right, bias: right.rowSums)
  }

  func wideBackward(_ delta: WideMatrix, _ pool: ThreadPool) -> WideMatrix {
    let weights = WideMatrix(rows: input.columns, columns: output.columns) { WideNumber(Double(weight($0, $1))) }
    return WideMatrix.product(delta, transposed: weights, pool)
  }
}
