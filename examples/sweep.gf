#!/usr/bin/env gradflow
# A sweep: one function over a grid. How much of the gradient is left at the first layer, in powers of ten?
fn left(depth, act, init) = first(flow(chain(depth, act, width: 32, init: init))).log10_total

# Every combination of the values is a cell and gives a row; the cells run side by side.
sweep(left, depth: [2, 10], act: [sigmoid, tanh], init: xavier_normal)

# One draw of the weights says little. Five seeds each, then their mean and spread: depth hurts, and the activation
# decides how much. All cells of a seed draw the same random numbers, so that the activations meet equal conditions.
cells = sweep(left, depth: [2, 10, 30], act: [sigmoid, tanh, relu], init: [xavier_normal, he_normal], seeds: 5)
cells |> summarize(by: [depth, act, init], value: [mean, std])

# A sigmoid loses more than half a power of ten in every layer; relu with He's start loses next to nothing.
worst = cells |> sort(value) |> first
assert worst.act == "sigmoid" and worst.depth == 30
assert all(abs((cells |> where(act == "relu" and init == "he_normal")).value) < 1)

# A record gives a column per field. Every cell trains the network as it was before: what it does to it stays inside.
data = xor(200, noise: 0.1)
net = mlp([2, 12, 1], tanh)
sweep(fn(rate) {
  run = train(net, data, optimizer: sgd(rate), epochs: 20)
  record(state: run.state, loss: last(run.epochs).loss, accuracy: last(run.epochs).accuracy)
}, rate: [0.01, 0.1, 1, 10])

# A table gives its rows: all layers of every network in one table.
sweep(fn(act) = flow(chain(3, act, width: 32)) |> select(layer, factor, state), act: [sigmoid, tanh, relu])
