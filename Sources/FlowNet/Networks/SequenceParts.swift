// SPDX-License-Identifier: GPL-3.0-or-later

/// The layers of a sequence, divided into parts. Each part begins with a dense layer or a block, and includes the other
/// layers that follow it. The last part is the output.
struct SequenceParts {
  /// The layers before the first dense layer or block.
  let head: [any Layer]
  let hidden: [[any Layer]]
  let output: [any Layer]

  init(_ layers: [any Layer]) {
    let starts = layers.indices.filter { layers[$0].sequenceRole.beginsPart }
    let ends = starts.dropFirst() + [layers.count]
    let parts = zip(starts, ends).map { Array(layers[$0..<$1]) }
    head = Array(layers[..<(starts.first ?? layers.count)])
    hidden = parts.dropLast()
    output = parts.last ?? []
  }

  func with(_ activation: Activation) -> [any Layer] {
    let body = (head + hidden.joined()).map { $0.with(activation: activation) }
    // A block at the end may contain hidden layers.
    guard let block = output.first, block.sequenceRole.isBlock else { return body + output }
    return body + [block.with(activation: activation)] + output.dropFirst()
  }

  /// Returns the layers with another activation after the last dense layer, unless that is in a block.
  func with(output activation: Activation) -> [any Layer] {
    guard let last = output.first, last.sequenceRole.isRow else { return head + hidden.joined() + output }
    let rest = output.dropFirst().filter { !$0.sequenceRole.isActivation }
    let end: [any Layer] = activation == .identity ? [] : [ActivationLayer(activation)]
    return head + hidden.joined() + [last.with(activation: .identity)] + rest + end
  }

  /// Returns the layers without those of a role, also inside other layers. A layer that would lose all its children
  /// keeps them.
  static func without(_ isOfRole: (SequenceRole) -> Bool, _ layers: [any Layer]) -> [any Layer] {
    layers.filter { !isOfRole($0.sequenceRole) }.map { layer in
      let children = without(isOfRole, layer.children)
      return children.isEmpty ? layer : layer.with(children: children)
    }
  }

  /// Returns the layers with every block replaced by its children.
  static func withoutShortcuts(_ layers: [any Layer]) -> [any Layer] {
    layers.flatMap { layer -> [any Layer] in
      let children = withoutShortcuts(layer.children)
      if layer.sequenceRole.isBlock { return children }
      return children.isEmpty ? [layer] : [layer.with(children: children)]
    }
  }

  func with(_ norm: NormChoice) -> [any Layer] {
    let body = head + hidden.flatMap { SequenceParts.normalized($0, norm) }
    guard let block = output.first, block.sequenceRole.isBlock else { return body + output }
    return body + SequenceParts.normalized([block], norm) + output.dropFirst()
  }

  private static func normalized(_ part: [any Layer], _ norm: NormChoice) -> [any Layer] {
    guard let first = part.first, let between = norm.layer, !part.contains(where: \.sequenceRole.isNorm)
    else { return part }
    guard first.sequenceRole.isBlock else { return first.inserting(between) + part.dropFirst() }
    let inner = SequenceParts(first.children)
    let body = inner.head + (inner.hidden + [inner.output]).flatMap { normalized($0, norm) }
    return [first.with(children: body)] + part.dropFirst()
  }

  func withShortcuts(_ inputs: Int, _ options: NetworkOptions) -> [any Layer] {
    var width = width(of: head, inputs)
    return head
      + hidden.flatMap { part -> [any Layer] in
        let before = width
        width = self.width(of: part, before)
        guard let first = part.first, first.sequenceRole.isRow, width == before else { return part }
        return [Residual(part, weights: options.weights, bias: options.bias, scale: 1)]
      } + output
  }

  func withHalfTheHiddenLayers(_ inputs: Int) -> [any Layer] {
    head + keptHalf(inputs).flatMap { hidden[$0] } + output
  }

  /// Returns the rows of the flow table, counted from 1, that belong to `withHalfTheHiddenLayers`.
  func rowsOfHalf(_ inputs: Int) -> [Int] {
    let kept = Set(keptHalf(inputs))
    var rows: [Int] = []
    var row = Self.rowCount(head)
    for (index, part) in (hidden + [output]).enumerated() {
      let count = Self.rowCount(part)
      if index == hidden.count || kept.contains(index) { rows += row + 1..<row + count + 1 }
      row += count
    }
    return Array(1..<Self.rowCount(head) + 1) + rows
  }

  private static func rowCount(_ layers: [any Layer]) -> Int {
    layers.reduce(0) { $0 + ($1.sequenceRole.isRow ? 1 : rowCount($1.children)) }
  }

  /// Returns the indices of every second hidden part, and of those that change the width.
  private func keptHalf(_ inputs: Int) -> [Int] {
    var width = width(of: head, inputs)
    var met = 0
    return hidden.indices.filter { index in
      let before = width
      width = self.width(of: hidden[index], before)
      guard width == before else { return true }
      met += 1
      return met % 2 == 1
    }
  }

  /// Returns the number of outputs of layers that have been checked to fit together.
  private func width(of layers: [any Layer], _ inputs: Int) -> Int {
    layers.reduce(inputs) { width, layer in (try? layer.outputs(inputs: width)) ?? width }
  }
}

extension SequenceRole {
  // The switches are complete, so that a new role has to be handled here.

  var isRow: Bool {
    switch self {
    case .row: true
    case .block, .norm, .activation, .mask, .other: false
    }
  }

  package var isBlock: Bool {
    switch self {
    case .block: true
    case .row, .norm, .activation, .mask, .other: false
    }
  }

  package var isNorm: Bool {
    switch self {
    case .norm: true
    case .row, .block, .activation, .mask, .other: false
    }
  }

  package var isActivation: Bool {
    switch self {
    case .activation: true
    case .row, .block, .norm, .mask, .other: false
    }
  }

  package var isMask: Bool {
    switch self {
    case .mask: true
    case .row, .block, .norm, .activation, .other: false
    }
  }

  /// Whether a layer with this role begins a part.
  fileprivate var beginsPart: Bool {
    switch self {
    case .row, .block: true
    case .norm, .activation, .mask, .other: false
    }
  }
}
