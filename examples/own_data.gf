#!/usr/bin/env gradflow
# From a table of your own to predictions: a column of text, missing values, and targets in the hundreds.

# A table of 300 flats. A square metre costs 18 in Oslo and 11 elsewhere. The size of every tenth flat is missing.
metre = record(Bonn: 11, Oslo: 18, Rome: 11)
names = ["Bonn", "Oslo", "Rome"]
fn flat(i) {
  size = round(draw(uniform(25, 120)))
  city = names[1 + i % 3]
  rent = round(150 + size * metre[city] + draw(normal(0, 40)))
  if i % 10 == 0 { size = none }
  return record(number: i, size: size, city: city, rent: rent)
}
flats = table(map(1..300, flat))
first(flats, 3)

# Every text in 'city' becomes an input of 0 and 1. Rows without a size are left out, and so is the column 'number'.
# csv("flats.csv", target: "rent", ...) reads such a table from a file, with the same arguments.
data = dataset(flats, target: "rent", drop: "number", one_hot: "city", missing: drop)
print(data)
print(data.input_names)

# Unscaled targets make the loss and its gradient enormous. The data set remembers how it was standardized.
scaled = standardize(data, targets: true)
parts = split(scaled, 0.8)
net = mlp([4, 16, 1], tanh)
run = train(net, parts[1], optimizer: adam(0.01), epochs: 60, validation: parts[2])
run.epochs |> where(epoch % 20 == 0) |> select(epoch, loss, validation_loss)

# The losses above are those of the standardized rents. In the original unit, the mean error is about as large as the
# noise in the table.
mean_error = evaluate(net, parts[2], loss: mae, unit: original).loss
print("the prediction is wrong by {round(mean_error)} on average")
assert mean_error < 60

# Lists are scaled like the data for training, and the rents come back in their unit. The table says 1050 and 700.
new = [[50, 0, 1, 0], [50, 0, 0, 1]]
rents = predict(net, new, like: scaled)
print("50 square metres: {round(rents[1][1])} in Oslo, {round(rents[2][1])} in Rome")
