#!/usr/bin/env gradflow
# A sweep evaluates a function over a grid. How much of the gradient is left at the first layer, in powers of ten?
fn left(depth, act, init) = first(flow(chain(depth, act, width: 32, init: init))).log10_total

# Every combination of the values is a cell and results in one row. The cells run in parallel.
sweep(left, depth: [2, 10], act: [sigmoid, tanh], init: xavier_normal)

# A single draw of the weights is not representative. The mean and spread of five seeds show that depth hurts, and that
# the activation determines how much. All cells with the same seed draw the same random numbers.
cells = sweep(left, depth: [2, 10, 30], act: [sigmoid, tanh, relu], init: [xavier_normal, he_normal], seeds: 5)
cells |> summarize(by: [depth, act, init], value: [mean, std])

# A sigmoid loses more than half a power of ten per layer. relu with He initialization loses almost nothing.
worst = cells |> sort(value) |> first
assert worst.act == "sigmoid" and worst.depth == 30
assert all(abs((cells |> where(act == "relu" and init == "he_normal")).value) < 1)

# A record results in one column per field. Every cell trains its own copy of the network.
data = xor(200, noise: 0.1)
net = mlp([2, 12, 1], tanh)
sweep(fn(rate) {
  run = train(net, data, optimizer: sgd(rate), epochs: 20)
  record(state: run.state, loss: last(run.epochs).loss, accuracy: last(run.epochs).accuracy)
}, rate: [0.01, 0.1, 1, 10])

# A table contributes all of its rows, so the result contains all layers of every network.
sweep(fn(act) = flow(chain(3, act, width: 32)) |> select(layer, factor, state), act: [sigmoid, tanh, relu])
