// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime

extension Concept {
  /// The pages on the problems of gradients and their remedies.
  static let subject = [
    Concept(
      "vanishing", in: .subject, aliases: ["vanishing gradient", "vanishing gradients"],
      "The gradient shrinks from layer to layer until the first layers learn almost nothing.",
      """
      On its way from the loss to the first layer, the gradient is multiplied at every layer by the weights and by the
      slopes of the activation. If these factors are below 1, the gradient shrinks exponentially with the depth: ten
      factors of 0.2 leave a ten-millionth of it. The slope of a sigmoid is never above 1/4, so its gradient vanishes
      unless the weights are large. With tanh or relu, this depends on the weights.

      flow shows this: log10_total decreases towards the first row. A layer is vanishing if its delta_rms is below 1/100
      of that of the last layer with a gradient. The gain that is far below 1 is responsible. Possible remedies: relu
      with he_normal, tanh with xavier_normal, normalisation, shortcuts, and initial weights that preserve the size of
      the gradient.
      """,
      example: """
        net = chain(10, sigmoid, width: 32, init: xavier_normal)
        flow(net) |> select(layer, factor, weight_gain, slope_gain, log10_total, state) |> first(3)
        """, seeAlso: ["flow table", "exploding", "saturation", "initialization", "diagnosis"]),
    Concept(
      "exploding", in: .subject, aliases: ["exploding gradient", "exploding gradients", "explosion", "diverged"],
      "The gradient grows from layer to layer until training becomes unstable and values overflow.",
      """
      The gradient is the same product as in vanishing, but its factors are above 1. The usual reason is large weights.
      With a bounded activation, large weights also saturate the units, so the slopes fall as the weights grow: a neuron
      enlarges the gradient only for inputs in a narrow window, and a sigmoid only if the magnitude of its weight is
      above 4.

      In a training run, the loss jumps and then becomes inf or nan. run.fault shows the first quantity that was not
      finite, run.growth the steps before it, and replay finds changes that let training continue. Possible remedies:
      smaller initial weights, clip_norm, a smaller rate, normalisation, and an l2 penalty.
      """,
      example: """
        net = chain(10, relu, width: 32, init: normal(0, 1))
        flow(net) |> select(layer, factor, weight_gain, slope_gain, log10_total, state) |> first(3)
        """, seeAlso: ["vanishing", "window", "run", "clip_norm", "replay"]),
    Concept(
      "saturation", in: .subject,
      aliases: ["saturated", "dead units", "dead", "dying relu", "dead relu"],
      "A unit on a flat part of its activation passes on almost no gradient, whatever the loss is.",
      """
      Bounded activations such as sigmoid and tanh are flat on both sides. saturated is the fraction of outputs, over
      all samples and units, at which the slope is below 1 % of the steepest. A layer is saturated if this fraction is
      above one half and none of the more severe states applies.

      The slope of sigmoid or tanh is never exactly 0: that of sigmoid at 40 is 4e-18. flow and other functions that
      measure a network compute slopes from the pre-activation z, with full precision on both sides. A training step
      computes the slopes of sigmoid and tanh from the output, as PyTorch does, so delta_rms and grad_norm in run.flow
      have fewer correct digits where the output is close to 1, or for tanh to -1. Where the output is rounded to 1 (for
      sigmoid, from z = 37 in f64 and from z = 17 in f32), the slope in a training step is 0. If this happens to all
      outputs of a layer, its grad_norm is 0, but its delta_rms is computed from z.

      relu is flat on one side, with slope 0. A unit that is on that side for every sample is dead: it gets no gradient
      and recovers only if the layers before it change its inputs. dead is the fraction of such units. A large rate or a
      large negative bias kills units; leaky_relu, elu and a smaller rate avoid this. With units: every(100), train
      counts over the whole data set how many units have died and how many have recovered. The counts are in run.units.
      """,
      example: """
        tight = mlp([4, 32, 32, 1], tanh, init: normal(0, 3))
        dying = mlp([4, 32, 32, 1], relu, bias: constant(-2))
        compare(tight, dying) |> select(subject, layer, saturated, dead, state)
        """, seeAlso: ["vanishing", "activations", "run", "initialization"]),
    Concept(
      "initialization", in: .subject, aliases: ["init", "initialisation", "initial weights"],
      "The variance of the initial weights determines whether signal and gradient keep their size.",
      """
      A unit of a dense layer sums over its inputs, so the variance of the sum is proportional to the number of inputs
      times the variance of the weights. lecun_normal sets this product to 1. xavier_normal and xavier_uniform use the
      mean of the numbers of inputs and outputs instead, as a compromise between the forward and the backward pass.
      he_normal sets the product to 2, because relu lets only half of the signal through. orthogonal preserves all
      lengths if a layer has as many outputs as inputs. lsuv scales orthogonal weights on the first batch of data, so
      that the pre-activations of every layer have variance 1.

      normal(0, 1) ignores the number of inputs: in wide layers it saturates a bounded activation and makes the gradient
      of relu explode. critical(activation) is the value of the product at which gradients keep their size.
      """,
      example: """
        fn total(act, init) = first(flow(chain(16, act, width: 64, init: init))).log10_total
        sweep(total, act: [sigmoid, tanh, relu], init: [xavier_normal, he_normal]) |> select(act, init, value)
        """, seeAlso: ["initializers", "mean field", "vanishing", "critical"]),
    Concept(
      "normalisation", in: .subject,
      aliases: ["norm", "normalization", "batch normalisation", "batch normalization", "layer normalisation"],
      "A normalisation layer restores mean 0 and variance 1, for every unit or for every sample.",
      """
      norm: batch uses the mean and variance of each unit over the batch, and norm: layer those of each sample over the
      units. Both are placed between the dense part and the activation, have a scale and a shift that are trained, and
      make the output independent of the size of the weights before them. The signal keeps its size, and units saturate
      less. In a sequence, batchnorm() and layernorm() add one explicitly. groupnorm(groups) normalises each sample over
      groups of its units, and rmsnorm() divides each sample by the root mean square of its units, without a shift.

      A batch of one sample cannot be normalised, because every unit would equal its mean. Training with batch: 1 and
      measuring a single sample are errors, and a last batch of one sample is left out of an epoch. Layer normalisation
      accepts batches of any size.

      In a deep network without shortcuts, batch normalisation can make the gradient grow at every layer: with relu, by
      about 20 %.
      """,
      example: """
        plain = chain(12, tanh, width: 32, init: normal(0, 1))
        normed = chain(12, tanh, width: 32, init: normal(0, 1), norm: layer)
        compare(plain, normed) |> where(layer == 1) |> select(subject, saturated, log10_total, state)
        """, seeAlso: ["batchnorm", "layernorm", "rmsnorm", "groupnorm", "shortcuts", "initialization"]),
    Concept(
      "shortcuts", in: .subject, aliases: ["skip", "skip connections", "residual connections", "residual networks"],
      "A shortcut adds the input of a layer to its output, so that the gradient can bypass the layer.",
      """
      skip: true turns every layer with as many outputs as inputs into y = x + f(Wx + b). The gradient is then the sum
      of the part that passes through the layer and the part that bypasses it. A single factor below 1 no longer makes
      it vanish, but the gradient may grow with the depth. In the flow table, shortcut_gain is the size of this sum
      relative to that of the part through the layer. residual(layer, ...) adds a shortcut around any layers of a
      sequence, with a linear projection if the widths differ.
      """,
      example: """
        plain = chain(30, tanh, width: 32, init: normal(0, 0.1))
        deep = chain(30, tanh, width: 32, init: normal(0, 0.1), skip: true)
        compare(plain, deep) |> where(layer == 1) |> select(subject, log10_total, state)
        """, seeAlso: ["residual", "normalisation", "vanishing"]),
    Concept(
      "schedules", in: .subject,
      aliases: ["learning rate schedule", "learning rate schedules", "warm-up", "annealing", "learning rate"],
      "A schedule multiplies the learning rate by a factor that changes from step to step.",
      """
      Large steps at the beginning can break a network whose gradients are still large, and large steps at the end keep
      it from settling. A warm-up raises the rate during the first steps, and cosine, linear_decay and decay lower it
      afterwards. The factors of several schedules in a list are multiplied: schedule: [warmup(100), cosine()].

      The definitions are those of PyTorch, where schedules are combined by ChainedScheduler. All lengths are numbers of
      optimizer steps, not of epochs; an epoch has as many steps as batches. cosine and linear_decay extend over the
      whole training run unless steps is given. The column learning_rate of run.steps shows the result.
      """,
      example: """
        run = train(mlp([2, 8, 1], tanh), xor(64), epochs: 4, schedule: [warmup(3, 0.1), cosine()])
        run.steps |> select(step, learning_rate)
        run.schedule
        """, seeAlso: ["train", "warmup", "cosine", "linear_decay", "decay", "optimizers", "run"]),
    Concept(
      "underflow", in: .subject, aliases: ["low precision", "half precision", "mixed precision", "loss scaling"],
      "A gradient that is too small for the number format is rounded to 0.",
      """
      The smallest positive number is about 6e-8 in f16, 1e-40 in bf16 and 1e-45 in f32. precision computes the forward
      and the backward pass with every result rounded to a format. zero is the fraction of gradients that became 0,
      cliff the number of layers below the last one at which the gradient is lost, and loss_scale the power of two by
      which the loss must be multiplied to preserve it.

      Networks themselves compute in f64, or in f32 with precision: f32, which is faster. The flow table shows gradients
      far smaller than either format can hold.
      """,
      example: """
        net = chain(20, identity, init: constant(1/4))
        precision(net, gaussian(1, 1, 1), loss: mae) |> where(layer == 1) |> select(format, zero, cliff, loss_scale)
        """, seeAlso: ["precision", "number formats", "vanishing"]),
    Concept(
      "mean field", in: .subject, aliases: ["mean-field theory", "mean field theory", "chaos", "edge of chaos"],
      "Mean-field theory predicts how signal and gradient pass through wide layers at initialization.",
      """
      The predictions depend only on the activation and on the variances of weights and biases. In a wide layer the
      pre-activations are normally distributed. q is the variance that they approach in a deep stack of equal layers,
      and chi is the factor by which each of these layers multiplies the mean square of the gradient. The square root of
      chi is theory_limit in the flow table; theory is the factor predicted for a layer at its own position and for the
      given data.

      If chi is below 1, the phase is ordered: different inputs become alike, and gradients vanish. If chi is above 1,
      the phase is chaotic: similar inputs move apart, and gradients explode. depth_scale is the number of layers over
      which the mean square of the gradient changes by a factor of e. A network of up to about six times as many layers,
      depth_budget, can be trained. At chi = 1, which critical finds, both are inf.

      theory(net) applies this to every layer of a network, including normalisation, shortcuts and dropout;
      theory(activation, ...) tabulates it over weight and bias variance. In theory(net), shift shows how far the mean
      pre-activation is from 0.
      """,
      example: """
        border = critical(tanh, bias_variance: 0.05)
        theory(tanh, [1, border, 4], bias_variance: 0.05) |> select(weight_variance, q, chi, depth_scale, phase)
        """, seeAlso: ["theory", "critical", "initialization", "flow table"]),
    Concept(
      "diagnosis", in: .subject, aliases: ["troubleshooting", "what to do", "first aid"],
      "How to find out why a network does not train, quickest step first.",
      """
      If a training run ended in inf or nan, look at run.fault and run.growth as well. If diagnose returns an empty
      table, it found no problems.
      """,
      lists: [
        GlossList(
          "Steps",
          [
            Gloss("flow(net, data)", "where the gradient shrinks or grows, and which factor is responsible"),
            Gloss("diagnose(net, data)", "symptoms, causes and possible remedies in words; also diagnose(run)"),
            Gloss("blame(net, data)", "which single change to the network as it stands removes the problem"),
            Gloss("remedies(net, data)", "all remedies, ranked under the same seeds and budget, each with its code"),
            Gloss("replay(run)", "repeats a failed training run with one change at a time"),
          ])
      ],
      example: """
        net = chain(12, sigmoid, width: 16)
        diagnose(net) |> select(layer, symptom, cause)
        """, seeAlso: ["diagnose", "blame", "remedies", "replay", "flow table"]),
  ]
}
