// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The page on networks of other programs.
  static let otherNetworks = Concept(
    "other networks", in: .subject,
    aliases: ["your pytorch model", "pytorch model", "torch", "recordings", "hook", "lightning", "wandb"],
    "How to diagnose networks that are trained with PyTorch and other programs.",
    """
    There are three ways. The more information gradflow gets, the more it can find out.

    A log of another program: read takes .csv, .tsv, .json and .jsonl files, even while they grow, and standard input as
    "-". If the layers are columns, longer turns them into rows. recorded makes a recording from a table with the
    columns step and layer and any of the quantities that ?recorded lists; without the column layer, the rows describe
    the whole network. diagnose, flow, plot and compare work on recordings. They do not guess: a note lists what cannot
    be seen because columns are missing.

    A record of any PyTorch module: the file examples/pytorch/gradflow_hook.py writes all these columns. Copy it next to
    your script. Then python train.py | gradflow -e 'recorded(read("-")) |> diagnose' reports which layer is at fault,
    and the step in which the first non-finite value occurred.

    The network itself: examples/pytorch/gradflow_export.py writes a module of linear layers, activations, normalisations
    and residual sums as gradflow source, with its weights. Every function works on such a network: diagnose tests
    causes, and remedies finds out what helps. load copies the weights of any .safetensors file into a network of the
    same shapes.
    """,
    example: """
      t = table([record(step: 1, loss: 0.7, grad_conv: 1e-6, grad_head: 0.1),
        record(step: 2, loss: 0.7, grad_conv: 1e-6, grad_head: 0.2)])
      r = longer(t, "grad_*", name: "layer", value: "grad_norm") |> recorded;
      flow(r) |> select(layer, name, grad_norm, log10_total, state)
      """, seeAlso: ["recorded", "read", "longer", "diagnose", "load"])
}
