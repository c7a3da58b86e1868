// SPDX-License-Identifier: GPL-3.0-or-later
import FlowRuntime
import OrderedCollections

extension Concept {
  /// Returns the pages on networks, data sets and choices. `choices` has the names in each family.
  static func objects(choices: OrderedDictionary<Family, [String]>) -> [Concept] {
    [
      Concept(
        "networks", in: .language, aliases: ["network", "layer", "net[i].weight"],
        "A network is created by one call and shared by all variables that refer to it; train changes it in place.",
        """
        chain builds layers of equal width, mlp takes the sizes from input to output, and sequence takes any layers in
        order. show(net) returns the source that builds the same network, summary(net) lists its layers, and copy(net)
        creates an independent copy.

        net[2] is the second dense layer, counted from the input, and net[-1] the last. Its weight is a list of lists,
        one per output. weight, bias, scale and shift can be read and assigned; assigning a value of another shape is an
        error.

        Networks compute in f64, or in f32 with precision: f32. The seed determines their initial weights.
        """,
        lists: [
          GlossList("Fields of a network", NetworkObject.glosses),
          GlossList("Fields of a layer", LayerObject.glosses),
        ],
        example: """
          net = mlp([2, 3, 1], tanh, init: constant(0.5))
          net[1].bias = [0.1, 0.2, 0.3]
          net[1].weight
          summary(net)
          show(net)
          """, seeAlso: ["chain", "mlp", "sequence", "initialization", "choices", "seeds"]),
      Concept(
        "data sets", in: .language, aliases: ["data", "data set", "datasets", "samples"],
        "A data set contains samples, each with inputs and targets. The targets are numbers or classes.",
        """
        gaussian, xor, circles, moons, spirals, blobs and sine generate data sets, digits and iris come with the
        program, and teacher uses the outputs of a network as targets. Your own data come from files, with csv and idx,
        or from lists and tables, with dataset. Text targets become classes, and the text columns in one_hot
        become inputs of 0 and 1. Missing values are an error unless missing: drop leaves out their rows or missing:
        mean replaces them with the mean.

        split(data, 0.8) returns a list of two parts, [train, test]. standardize shifts and scales every input to mean 0
        and variance 1, and with targets: true every target, too. Pixels are between 0 and 1.

        A data set remembers how its targets were scaled. Training and its losses use the scaled targets. predict
        returns outputs in the original unit unless unit: scaled is given, and evaluate(net, data, unit: original)
        returns the loss in that unit. With like: data, predict treats lists like the samples of data: it scales them in
        the same way and uses the same class names.
        """,
        lists: [GlossList("Fields", DataObject.glosses)],
        example: """
          parts = split(iris(), 0.8)
          parts[1].samples
          parts[1].classes
          parts[1].inputs[1]
          flats = standardize(dataset([[50, 1], [80, 3], [65, 2]], [700, 1200, 900]), targets: true)
          net = mlp([2, 4, 1], tanh)
          run = train(net, flats, epochs: 200);
          predict(net, [[60, 2]], like: flats)[1][1] > 700
          """,
        seeAlso: ["your own data", "digits", "csv", "dataset", "split", "standardize", "scale", "train", "predict"]),
      Concept(
        "choices", in: .language, aliases: ["choice", "activation names", "named choices"],
        "Activations, initializers, losses, optimizers and the like are choices, which are written as plain names.",
        """
        A choice whose arguments all have defaults may be written as a bare name, sigmoid, or as a call, sigmoid(). With
        arguments it is always a call: leaky_relu(0.2), adam(0.01). Choices are values: a list can contain them, and
        act.name is the name as a string. Where a choice is expected, it is written without quotes.

        ?activations, ?initializers, ?losses and ?optimizers list them with their formulas.
        """,
        lists: [
          GlossList(
            "Families",
            choices.map { Gloss($0.key.name, $0.value.joined(separator: ", ")) })
        ],
        example: """
          for act in [sigmoid, tanh, leaky_relu(0.2)] { print(act.name, first(flow(chain(8, act, width: 32))).log10_total) }
          """, seeAlso: ["activations", "initializers", "losses", "optimizers", "networks"]),
    ]
  }
}
