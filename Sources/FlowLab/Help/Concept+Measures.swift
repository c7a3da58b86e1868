// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The pages on measurements and how to read them.
  static let measures = [
    Concept(
      "flow table", in: .subject, aliases: ["flow columns", "guilty factor", "delta"],
      "The flow table has one row per dense layer and shows where the gradient shrinks or grows, and why.",
      """
      Read it from the last row upwards, in the direction of the gradient. delta_rms is the size of the gradient at a
      layer, factor is its size relative to that at the next layer, and log10_total is the logarithm of the product of
      all factors from the last layer down to this one.

      factor is exactly the product of the gains. weight_gain is the contribution of the next layer's weights, and
      slope_gain that of the slopes of the activation, which is never above 1/4 for a sigmoid. shortcut_gain is the size
      of the gradient that comes out of a shortcut and its branch together, relative to that of the branch alone.
      norm_gain is the contribution of normalisation and dropout_gain that of the dropout mask. These three are empty in
      a layer without a shortcut, normalisation or dropout. A gain far from 1 is responsible for the change. Next to a
      normalisation, consider weight_gain times norm_gain, because the normalisation cancels the size of the weights.

      If no gradient passes through the branch of a residual block, the gains inside the branch are empty, and
      shortcut_gain is the size of the gradient that passes through the shortcut, relative to the gradient that reaches
      the block. If the branch contains a dense layer, the factor of that layer is 0, and the factor of the layer before
      it is empty because its gradient does not come from there.

      theory is the factor that mean-field theory predicts for this layer and these data before any weights are drawn,
      and theory_limit the factor deep in a stack of such layers. theory is empty if the prediction would be off by more
      than a few percent: for example in narrow layers of gelu or silu with large weights, with uniformly distributed
      biases that are larger than the weighted inputs, or with batch normalisation of few samples or of samples that
      span few directions. A factor outside the range from theory_low to theory_high is very unlikely for initial
      weights; it usually means that the network has been trained.

      state is the most severe condition found, in this order: nan (a value is not finite), underflow (the gradient is 0
      because it became too small; log10_total still shows its size), dead (more than half of the units get no gradient
      because a slope or a weight is exactly 0), vanishing or exploding (delta_rms is more than 100 times smaller or
      larger than that of the last layer with a gradient), saturated (more than half of the outputs are saturated),
      otherwise ok. The arguments threshold and share change these limits. The state never depends on an absolute size.

      With seeds: 100 the network is drawn a hundred times. The table then contains medians, and every measured column x
      has its 5 % and 95 % quantiles in x_low and x_high.
      """,
      lists: [GlossList("Columns", flowColumns.glosses())],
      example: """
        net = chain(6, sigmoid, width: 16, init: xavier_normal)
        flow(net) |> select(layer, factor, weight_gain, slope_gain, theory, log10_total, state)
        """, seeAlso: ["flow", "chain rule", "vanishing", "exploding", "saturation", "mean field", "run"]),
    Concept(
      "chain rule", in: .subject, aliases: ["backpropagation", "chain of factors"],
      "The derivative of the loss with respect to an early weight is a product of one weight and one slope per layer.",
      """
      explain shows this product factor by factor, for one parameter and one sample of a chain of single neurons, and
      compares it with the result of backpropagation. In a wider network every path through the layers is such a
      product, and the gradient is the sum over all paths; flow measures its size, and explain shows the gains of the
      flow table for one sample.

      gradcheck compares every gradient with finite differences.
      """,
      example: """
        explain(chain(3, sigmoid, init: constant(2)))
        """, seeAlso: ["explain", "gradcheck", "flow table"]),
    Concept(
      "run", in: .subject, aliases: ["training record", "divergence"],
      "train returns a run: a record of every step, epoch and layer.",
      """
      The tables of a run are its fields, such as run.steps. flow(run) is the flow table of the last recorded step, and
      flow(run, step: 10) that of step 10. record: every(10) records the flow of only the first of every ten steps, and
      units: every(100) counts the dead units over the whole data set before training and after every hundredth
      step.

      The tables of a run may take 1 GiB in total, or the number of MiB given as record_limit. Beyond that, the largest
      table drops every other entry, repeatedly if necessary. What remains is the first entry, the last, and those whose
      number is a multiple of 2, or of 4, 8 and so on. Entries are numbered in the order in which they were recorded:
      with record: every(3), the flow of step 4 is entry 2. These multiples are in run.strides, and the summary of the
      run shows them.

      run.state is finished, interrupted (for example by Ctrl-C; the steps taken so far are kept) or diverged (a value
      became inf or nan; the network keeps the parameters it had then). A script continues after a divergence; assert
      run.state == "finished" stops it.
      """,
      lists: RunTable.all.map { GlossList("run.\($0.name)", $0.columns) } + [
        GlossList(
          "Other fields", RunObject.glosses.filter { field in !RunTable.all.contains { $0.name == field.name } }),
        GlossList(
          "run.strides",
          [
            Gloss("steps", "1 if every step is kept, 2 if every second one is, and so on"),
            Gloss("epochs", "the same for the epochs"), Gloss("flow", "the same for the recorded flow"),
            Gloss("units", "the same for the counts of dead units"),
          ]),
      ],
      example: """
        run = train(mlp([2, 8, 8, 1], tanh), xor(64), epochs: 2, record: every(2))
        run.epochs |> select(epoch, loss, accuracy)
        run.flow |> select(step, layer, grad_norm, update_ratio, drift, state)
        run.state
        """, seeAlso: ["train", "flow", "flow table", "replay", "diagnose", "databases"]),
    .databases,
  ]
}
