// SPDX-License-Identifier: GPL-3.0-or-later
import FlowNet
import FlowRuntime

extension Call {
  /// Shows a note, once in a program, if the loss is fused with the final activation of the network.
  func noteFusion(of network: Network, _ loss: Loss) {
    if let note = network.fusionNote(loss) { noteOnce(note) }
  }
}
