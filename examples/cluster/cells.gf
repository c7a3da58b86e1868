# A sweep of 1,000 cells, for many processes: each computes the share that its option --shard names.
# The file is given as an argument: gradflow --shard 3/16 cells.gf cells.db
fn trial(depth, init_std) {
  net = chain(depth, tanh, width: 8, outputs: 1, init: normal(0, init_std))
  run = train(net, teacher(mlp([8, 8, 1], tanh), 256), epochs: 20)
  return record(
    loss: last(run.epochs).loss, log10_total: first(flow(run)).log10_total, state: first(flow(run)).state
  )
}

cells = sweep(trial, depth: 1..10, init_std: 0.1..1 step 0.1, seeds: 10, into: arg(1))
print(len(cells), "cells are done")
