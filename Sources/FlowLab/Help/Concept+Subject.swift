// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// What happens to a gradient, and what helps.
  static let subject = [
    Concept(
      "vanishing", in: .subject, aliases: ["vanishing gradient", "vanishing gradients"],
      "The gradient shrinks from layer to layer, until the first layers learn next to nothing.",
      """
      On its way from the loss to the first layer the gradient is multiplied, at every layer, by the weights and by the
      slopes of the activation. If that product is below 1, many layers make it tiny: ten times 0.2 is a ten-millionth. The
      slope of the sigmoid is never above 1/4, so it vanishes by itself; with tanh or relu it depends on
      the weights.

      flow shows it: log10_total falls towards the first row, and a layer is called vanishing below 1/100 of the last
      one's delta. Look which of the gains is the small one. What helps: relu with he_normal, tanh with
      xavier weights, normalisation, shortcuts, and weights that do not shrink the gradient.
      """,
      example: """
        net = chain(10, sigmoid, width: 32, init: xavier_normal)
        flow(net) |> select(layer, factor, weight_gain, slope_gain, log10_total, state) |> first(3)
        """, seeAlso: ["flow table", "exploding", "saturation", "initialization", "diagnosis"]),
    Concept(
      "exploding", in: .subject, aliases: ["exploding gradient", "exploding gradients", "explosion", "diverged"],
      "The gradient grows from layer to layer, until the first layers jump about and the numbers overflow.",
      """
      It is the same product as in vanishing, with factors above 1. Large weights do it. With a bounded activation large
      weights saturate it as well, so the slopes fall while the weights grow: an input enlarges the gradient only inside
      a narrow window, and a sigmoid needs a weight above 4 for it.

      In a training the loss jumps, then becomes inf or nan. run.fault says which number was the first, run.growth shows
      the steps before, and replay tries what would have carried on. What helps: smaller weights at the start, clip_norm,
      a smaller rate, normalisation, l2.
      """,
      example: """
        net = chain(10, relu, width: 32, init: normal(0, 1))
        flow(net) |> select(layer, factor, weight_gain, slope_gain, log10_total, state) |> first(3)
        """, seeAlso: ["vanishing", "window", "runs", "clip_norm", "replay"]),
    Concept(
      "saturation", in: .subject,
      aliases: ["saturated", "dead units", "dead", "dying relu", "dead relu"],
      "A unit far out on a flat part of its activation hands on no gradient, whatever the loss says.",
      """
      Bounded activations such as sigmoid and tanh are flat on both sides. saturated is the share of outputs, over all
      samples and units, whose slope is below 1 % of the steepest. A layer is called saturated when more than half of
      them are, as long as its gradient has still a usual size.

      A slope is never quite 0 there: that of sigmoid at 40 is 4e-18. Tables of a network, verdicts and theory compute it
      from the input z with all its digits, on both sides. A training step takes the slope of sigmoid and tanh from the
      output, as PyTorch does. So in run.flow delta_rms and grad_norm have fewer digits where the output is nearly 1. Where
      it is rounded to 1 (from 37 on for sigmoid in f64, from 17 on in f32) the weights below get no gradient: delta_rms is
      then computed from z all the same, and grad_norm is 0.

      relu is flat on one side, at slope 0. A unit that is there for every sample is dead: it gets no gradient at all and
      can only come back when the layers below it move its inputs. dead is the share of such units. A large rate or a
      large negative bias kills them; leaky_relu, elu and a smaller rate do not. train(..., units: every(100)) counts over
      the whole data set how many died and how many came back, in run.units.
      """,
      example: """
        tight = mlp([4, 32, 32, 1], tanh, init: normal(0, 3))
        dying = mlp([4, 32, 32, 1], relu, bias: constant(-2))
        compare(tight, dying) |> select(subject, layer, saturated, dead, state)
        """, seeAlso: ["vanishing", "activations", "runs", "initialization"]),
    Concept(
      "initialization", in: .subject, aliases: ["init", "initialisation", "initial weights"],
      "The spread of the first weights decides whether signal and gradient keep their size.",
      """
      A dense layer adds up its inputs, so the variance of what comes out is that of the weights times the number of
      inputs. lecun_normal makes this product 1. xavier_normal and xavier_uniform take the mean of inputs and outputs, so
      that the way back is cared for as well. he_normal doubles it, because relu lets only half of the signal through.
      orthogonal keeps every length exactly, and lsuv measures on your data and corrects.

      normal(0, 1) ignores the number of inputs: in wide layers it saturates a bounded activation and makes relu explode.
      critical(activation) is the product at which gradients keep their size.
      """,
      example: """
        fn total(act, init) = first(flow(chain(16, act, width: 64, init: init))).log10_total
        sweep(total, act: [sigmoid, tanh, relu], init: [xavier_normal, he_normal]) |> select(act, init, value)
        """, seeAlso: ["initializers", "mean field", "vanishing", "critical"]),
    Concept(
      "normalisation", in: .subject,
      aliases: ["norm", "normalization", "batch normalisation", "batch normalization", "layer normalisation"],
      "A normalisation layer gives every unit, or every sample, mean 0 and variance 1 again.",
      """
      norm: batch takes mean and variance of a unit over the batch, norm: layer those of a sample over the units. Both
      stand between the dense part and the activation, have a scale and a shift that are trained, and make the network
      blind to the size of its weights. So the signal keeps its size, and saturation goes away. batchnorm() and
      layernorm() place one by hand in a sequence.

      A batch of one sample cannot be normalised: every unit would equal its mean. Training with batch: 1 and measuring a
      single sample are errors, and a last batch of one sample is left out of an epoch. Layer normalisation takes any batch.

      In a deep network without shortcuts a batch normalisation makes the gradient grow a little at every layer.
      """,
      example: """
        plain = chain(12, tanh, width: 32, init: normal(0, 1))
        normed = chain(12, tanh, width: 32, init: normal(0, 1), norm: layer)
        compare(plain, normed) |> where(layer == 1) |> select(subject, saturated, log10_total, state)
        """, seeAlso: ["batchnorm", "layernorm", "shortcuts", "initialization"]),
    Concept(
      "shortcuts", in: .subject, aliases: ["skip", "skip connections", "residual connections", "residual networks"],
      "A shortcut adds a layer's input to its output, so that the gradient has a way around the layer.",
      """
      skip: true makes every layer of equal width y = x + f(Wx + b). The gradient is then the sum of what comes through the
      layer and what goes around it, and cannot vanish because of one factor below 1; it may grow with the depth instead.
      In the flow table shortcut_gain is that sum over what comes through the layer alone.
      residual(layer, ...) puts a shortcut around any layers of a sequence, with a linear projection where the widths
      differ.
      """,
      example: """
        plain = chain(30, tanh, width: 32, init: normal(0, 0.1))
        deep = chain(30, tanh, width: 32, init: normal(0, 0.1), skip: true)
        compare(plain, deep) |> where(layer == 1) |> select(subject, log10_total, state)
        """, seeAlso: ["residual", "normalisation", "vanishing"]),
    Concept(
      "underflow", in: .subject, aliases: ["low precision", "half precision", "mixed precision", "loss scaling"],
      "A gradient that is too small for the number format becomes exactly 0.",
      """
      f16 has nothing between 0 and 6e-8, bf16 and f32 have nothing below about 1e-40 and 1e-45. precision computes
      forward and backward with every result rounded to a format: zero is the share of gradients that became 0, cliff the
      number of layers below the last one after which none is left, and loss_scale the power of two by which the loss must
      be multiplied to save them.

      Networks themselves compute in f64, or in f32 with precision: f32, which is faster. The flow table sees gradients
      far smaller than either format can hold.
      """,
      example: """
        net = chain(20, identity, init: constant(1/4))
        precision(net, gaussian(1, 1, 1), loss: mae) |> where(layer == 1) |> select(format, zero, cliff, loss_scale)
        """, seeAlso: ["precision", "number formats", "vanishing"]),
    Concept(
      "mean field", in: .subject, aliases: ["mean-field theory", "mean field theory", "chaos", "edge of chaos"],
      "Mean-field theory predicts from activation and variances alone how signal and gradient pass a wide layer.",
      """
      In a wide layer the inputs of the activation are normally distributed; q is their variance, where it has come to
      rest. chi is what a layer multiplies the mean square of the gradient by. Its root is theory_limit in the flow table;
      theory there is the factor predicted for a layer at its own place, on the data at hand.

      Below chi = 1 the phase is ordered: inputs become alike and gradients vanish. Above it is chaotic: inputs that were
      close part and gradients explode. depth_scale is the number of layers in which the gradient changes by e, and about
      six of those, depth_budget, can be trained. On the border, which critical finds, any depth can be: both are inf.

      theory(net) tells it layer by layer for a network with normalisation, shortcuts and dropout; theory(activation, ...)
      is the plane of weight and bias variance. In theory(net) shift says how far the mean of the signal is from 0.
      """,
      example: """
        border = critical(tanh, bias_variance: 0.05)
        theory(tanh, [1, border, 4], bias_variance: 0.05) |> select(weight_variance, q, chi, depth_scale, phase)
        """, seeAlso: ["theory", "critical", "initialization", "flow table"]),
    Concept(
      "diagnosis", in: .subject, aliases: ["troubleshooting", "what to do", "first aid"],
      "What to do with a network that does not train, in the order in which it is quickest.",
      """
      A training that became inf or nan also has run.fault and run.growth. An empty table of diagnose means that nothing
      wrong was found.
      """,
      lists: [
        GlossList(
          "Steps",
          [
            Gloss("flow(net, data)", "where the gradient goes, and which factor is guilty"),
            Gloss("diagnose(net, data)", "the symptom, the guilty term and what to try, in words; also diagnose(run)"),
            Gloss("blame(net, data)", "which one ingredient, exchanged alone, mends it"),
            Gloss("remedies(net, data)", "every remedy under the same seeds and budget, ranked, with the code for it"),
            Gloss("replay(run)", "a training that broke, done again with a remedy each time"),
          ])
      ],
      example: """
        net = chain(12, sigmoid, width: 16)
        diagnose(net) |> select(layer, symptom, cause)
        """, seeAlso: ["diagnose", "blame", "remedies", "replay", "flow table"]),
  ]
}
