// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// What is measured, and how to read it.
  static let measures = [
    Concept(
      "flow table", in: .subject, aliases: ["flow columns", "guilty factor", "delta"],
      "The table of flow has a row per dense layer and tells where the gradient is lost, and by what.",
      """
      Read it from the last row upwards, the way the gradient goes. delta_rms is its size at a layer, factor the size
      against the next layer's, and log10_total what all factors from the loss down to here come to.

      factor is the product of the gains, exactly. weight_gain is what the next layer's weights multiply the gradient by,
      slope_gain what the slopes of the activation multiply it by, never more than 1/4 for a sigmoid. shortcut_gain is
      what comes out of a shortcut and its branch together over what comes through the branch, norm_gain belongs to
      normalisation, dropout_gain to the mask of dropout; they are empty in a layer without one. The gain that is far
      from 1 is responsible. Next to a normalisation judge weight_gain times norm_gain: it undoes the size of the weights.

      If no gradient gets through the branch of a residual block, the gains inside it are empty and shortcut_gain is what
      the shortcut passes over what comes to the branch. If the branch has a layer of its own, that layer's factor is 0 and
      the factor before it is empty: the gradient does not come from there.

      theory is the factor that mean-field theory predicts for this layer on these data before any weight is drawn, and
      theory_limit the one deep in a stack of such layers. theory is empty where the prediction would be off by more than
      a few percent: in narrow layers of gelu or silu with large weights, for instance, or with batch normalisation of
      few samples, of samples that fill few directions, or with evenly spread biases that are larger than what comes in.
      A factor outside theory_low to theory_high does not come from a layer as it was initialized; training is the usual
      reason.

      state is the most severe condition found, in this order: nan, a number is not finite; underflow, the gradient is 0
      because it became too small, while log10_total still shows its size; dead, more than half of the units get no
      gradient, because a slope or a weight is exactly 0; vanishing or exploding, delta_rms is 100 times smaller or larger
      than that of the last layer with a gradient; saturated, more than half of the outputs are; else ok. The arguments
      threshold and share change these limits. The state never depends on an absolute size.

      With seeds: 100 the network is drawn a hundred times, and every measured column x has x_low and x_high next to it.
      """,
      lists: [GlossList("Columns", flowColumns.glosses())],
      example: """
        net = chain(6, sigmoid, width: 16, init: xavier_normal)
        flow(net) |> select(layer, factor, weight_gain, slope_gain, theory, log10_total, state)
        """, seeAlso: ["flow", "chain rule", "vanishing", "exploding", "saturation", "mean field", "runs"]),
    Concept(
      "chain rule", in: .subject, aliases: ["backpropagation", "chain of factors"],
      "The derivative of the loss by an early weight is a product with one weight and one slope per layer.",
      """
      explain writes that product for one parameter and one sample of a chain of single neurons, factor by factor, and
      compares it with what backpropagation gives. In a wider network every path through the layers is such a product, and
      the gradient is the sum over all paths; flow measures its size.

      gradcheck compares every gradient with finite differences, for those who do not believe it.
      """,
      example: """
        explain(chain(3, sigmoid, init: constant(2)))
        """, seeAlso: ["explain", "gradcheck", "flow table"]),
    Concept(
      "runs", in: .subject, aliases: ["run", "training record", "divergence"],
      "train gives a run: what happened at every step, in every epoch and in every layer.",
      """
      A run is kept in a variable, and its tables are fields. flow(run) is the table of the last recorded step, flow(run,
      step: 10) that of another. record: every(10) records the flow of the first of every ten steps only, and units:
      every(100) counts the dead units of the whole data set so often.

      The tables of a run together may take 1 GiB, or as many MiB as record_limit says. Beyond that the largest of them
      drops every other entry, again and again: what is left is the first entry, the last, and those whose number is a
      multiple of 2, of 4, of 8 and so on. Entries are counted as they were recorded: with record: every(3) the flow of
      step 4 is entry 2. run.strides has these numbers, and the run's summary names them.

      run.state is finished, interrupted (Ctrl-C; what was done by then is kept) or diverged (a number became inf or nan;
      the network keeps its state of that moment). A script goes on after a divergence; assert run.state == "finished"
      stops it.
      """,
      lists: RunTable.all.map { GlossList("run.\($0.name)", $0.columns) } + [
        GlossList(
          "run.strides",
          [
            Gloss("steps", "1 if every step is kept, 2 if every second one is, and so on"),
            Gloss("epochs", "the same for the epochs"), Gloss("flow", "the same for the recordings of the flow"),
            Gloss("units", "the same for the counts of dead units"),
          ])
      ],
      example: """
        run = train(mlp([2, 8, 8, 1], tanh), xor(64), epochs: 2, record: every(2))
        run.epochs |> select(epoch, loss, accuracy)
        run.flow |> select(step, layer, grad_norm, update_ratio, drift, state)
        run.state
        """, seeAlso: ["train", "flow", "flow table", "replay", "diagnose"]),
  ]
}
