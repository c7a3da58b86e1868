#!/usr/bin/env gradflow
# A larger data set: Fashion-MNIST, with 60,000 training images and 10,000 test images of 28 x 28 pixels in ten classes.
# It needs the system package dataset-fashion-mnist and takes about half a minute on two cores.
images = fashion_mnist()
test_images = fashion_mnist(split: test)
assert images.samples == 60_000 and test_images.samples == 10_000

# A healthy network: relu with He initialization. Its gradient has about the same size in every layer.
net = mlp([784, 128, 64, 10], relu, init: he_normal, precision: f32)
flow(net, data: images) |> select(layer, factor, slope_gain, theory, log10_total, state)
run = train(net, images, optimizer: adam(0.001), epochs: 10, batch: 64, record: every(100), validation: test_images)
run.epochs |> select(epoch, loss, accuracy, validation_accuracy)
flow(run) |> select(layer, grad_norm, update_ratio, drift, state)
accuracy = run.epochs[-1].validation_accuracy
assert accuracy >= 0.87, "only {accuracy} of the test images are recognised"

# A failing network: six hidden layers of sigmoids. The loss stays at log(10) = 2.303, that of random guessing, because
# the first layers hardly move. 'drift' is the distance of their weights from the initial weights, relative to these.
deep = mlp([784, 30, 30, 30, 30, 30, 30, 10], sigmoid, init: lecun_normal, bias: normal(0, 1), precision: f32)
run = train(deep, images, optimizer: sgd(0.1), epochs: 2, record: every(100), validation: test_images)
run.epochs |> select(epoch, loss, accuracy, validation_accuracy)
layers = flow(run)
layers |> select(layer, grad_norm, update_ratio, drift, log10_total, state)
assert layers[1].state == "vanishing"
assert layers[1].drift < layers[-1].drift / 10, "the first layer should be left behind"
