#!/usr/bin/env gradflow
# From a CSV file to predictions for three new rows. Start it in the folder of the repository:
#   gradflow examples/own_data.gf
# The file has a row for each of 344 penguins: numbers, columns of text, and missing values.
file = "examples/data/penguins.csv"
penguins = read(file)
first(penguins, 4)

# How heavy is a penguin? Every text in 'species' and 'sex' becomes an input of 0 and 1. Rows with missing values are
# dropped. Without missing: drop, they are an error that names the first of them.
data = csv(file, target: "body_mass_g", drop: ["island", "year"], one_hot: ["species", "sex"], missing: drop)
print(data)
print("inputs: {join(data.input_names, ", ")}")

# The masses are in the thousands, while an untrained network returns about 1. diagnose shows what to change.
net = mlp([8, 16, 1], tanh)
diagnose(net, data) |> select(symptom, cause, change)

# The data set remembers how it was scaled.
scaled = standardize(data, targets: true)
parts = split(scaled, 0.8)
run = train(net, parts[1], epochs: 40, validation: parts[2])
run.epochs |> where(epoch % 10 == 0) |> select(epoch, loss, validation_loss)

# These losses are those of the standardized masses. To get an error in grams, ask for the original unit. The baseline
# is the error of a network that has learned nothing but the mean.
mean_error = evaluate(net, parts[2], loss: mae, unit: original).loss
masses = penguins.body_mass_g[penguins.body_mass_g != none]
baseline = mean(map(masses, fn(m) = abs(m - mean(masses))))
print("the predictions are off by {round(mean_error)} g on average, and the mean is off by {round(baseline)} g")
assert mean_error < baseline / 2

# New rows have the columns of the file. With like: scaled, predict turns text into inputs and scales the rows in the
# same way as that data, and returns grams: a male Adelie, a female Gentoo and a male Gentoo.
new = table([
  record(species: "Adelie", bill_length_mm: 39.0, bill_depth_mm: 18.5, flipper_length_mm: 190, sex: "male"),
  record(species: "Gentoo", bill_length_mm: 45.5, bill_depth_mm: 14.0, flipper_length_mm: 212, sex: "female"),
  record(species: "Gentoo", bill_length_mm: 50.0, bill_depth_mm: 15.5, flipper_length_mm: 222, sex: "male"),
])
for row in predict(net, new, like: scaled) { print("{round(row[1])} g") }

# A trained network can be saved. To use it later, load it and standardize the data in the same way:
#   save(net, "penguins.safetensors")
#   net = load("penguins.safetensors")
