#!/usr/bin/env gradflow
# Pre-training and fine-tuning: each hidden layer is first trained alone, without the classes.
#
# 'pretrain' trains one hidden layer after the other to reproduce its input through a decoder. It then discards the
# decoder and uses the output of the layer as the input of the next one. Then 'train' fine-tunes the whole network.
parts = split(digits(), 0.8)
fn sigmoids() = mlp([64, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1))

# The error of the decoder decreases in every layer.
net = sigmoids()
losses = pretrain(net, parts[1], epochs: 10, batch: 10)
losses |> where(epoch == 1 or epoch == 10)

# Is it worth the time? Five seeds with 25 epochs each: either all on the whole network, or 10 on the layers and 15 on
# the network. 'log10_total' is the gradient of the first layer before fine-tuning.
fn trial(net, pretraining, decoder) {
  if pretraining > 0 { pretrain(net, parts[1], epochs: pretraining, batch: 10, decoder: decoder) }
  before = first(flow(net, parts[1], loss: cross_entropy)).log10_total
  run = train(net, parts[1], epochs: 25 - pretraining, batch: 10, record: none, validation: parts[2])
  return record(log10_total: before, loss: run.epochs[-1].loss, accuracy: run.epochs[-1].validation_accuracy)
}
fn first_case(pretraining) = trial(sigmoids(), pretraining, "tied")
rows = sweep(first_case, pretraining: [0, 10], seeds: 5)
rows
random = rows |> where(pretraining == 0)
trained = rows |> where(pretraining == 10)
assert min(trained.accuracy) > 2 * max(random.accuracy), "every pre-trained network should beat every random one"

# So it helps, but it does not solve the problem: the gradient is three times as large as before, and still small.
#
# It is often listed as a remedy against exploding gradients. For tanh with large weights, it is not. A decoder that
# shares the weights of the encoder ('tied') turns the explosion into vanishing, and one with its own weights ('free')
# leaves the gradient as it was.
fn large(pretraining, decoder) =
  trial(mlp([64, 30, 30, 30, 30, 10], tanh, init: normal(0, 1)), pretraining, decoder)
rows = concat(sweep(large, pretraining: 0, decoder: "none", seeds: 3),
  sweep(large, pretraining: 10, decoder: ["tied", "free"], seeds: 3))
rows
assert max(rows.log10_total[4..6]) < -2 and max(rows.accuracy[4..6]) < 0.2, "tied decoders should make it worse"
assert min(rows.log10_total[7..9]) > 0.5, "free decoders should leave the explosion as it was"
