# %% 1: Give a set of names
answer_1 = 2
# %% 1: Give a set of names
answer_1 = [["2.weight"]]
# %% 1: no parameter 'weight'
answer_1 = {"weight"}
# %% 1: no parameter '2.weight, 2.bias'
answer_1 = "2.weight, 2.bias"
# %% 1: no size gets from one layer
answer_1 = set()
# %% 1: no size gets from one layer
answer_1 = {"2.weight", "4.bias"}
# %% 1: 0.bias already has its shape
answer_1 = {n for n, _ in make_1().named_parameters()}
# %% 1: The biases are missing
answer_1 = {"2.weight", "4.weight"}
# %% 1: A bias is missing
answer_1 = {"2.weight", "2.bias", "4.weight"}
# %% 1: Layer 4 is missing
answer_1 = {"2.weight", "2.bias"}
# %% 1: Right
answer_1 = frozenset(["2.weight", "2.bias", "4.weight", "4.bias"])
# %% 1: Right
answer_1 = ["4.bias", "4.weight", "2.bias", "2.weight", "2.weight"]
# %% 1: Right
named = dict(make_1().named_parameters())
answer_1 = {n: p for n, p in named.items() if nn.parameter.is_lazy(p)}.keys()
# %% 1: Right
answer_1 = tuple(f"{layer}.{name}" for layer in (2, 4) for name in ("weight", "bias"))

# %% 2: Give four things
answer_2 = "forward"
# %% 2: Give four things
answer_2 = ["forward", (64, 20), (16, 32)]
# %% 2: Give four things
answer_2 = 4
# %% 2: Building it raises no error
answer_2 = ["construction", (64, 20), (16, 32), "placeholder"]
# %% 2: 'construction' or 'forward'
answer_2 = ["later", (64, 20), (16, 32), "placeholder"]
# %% 2: the batch reached it
answer_2 = ["forward", "placeholder", (16, 32), "placeholder"]
# %% 2: Swap the two sizes of layer 0
answer_2 = ["forward", [20, 64], (16, 32), "placeholder"]
# %% 2: a column for each number
answer_2 = ["forward", (64, 2), (16, 32), "placeholder"]
# %% 2: a column for each number
answer_2 = ["forward", 64, (16, 32), "placeholder"]
# %% 2: Swap the two sizes of layer 2
answer_2 = ["forward", (64, 20), (32, 16), "placeholder"]
# %% 2: no tensor reached it
answer_2 = ["forward", (64, 20), (16, 32), None]
# %% 2: Layer 2 is eager
answer_2 = ["forward", (64, 20), (16, 64), "placeholder"]
# %% 2: Layer 2 is eager
answer_2 = ["forward", (64, 20), "placeholder", "placeholder"]
# %% 2: no tensor reached it
answer_2 = ["forward", (64, 20), (16, 32), (10, 16)]
# %% 2: Right
answer_2 = ["forward", [64, 20], [16, 32], "placeholder"]
# %% 2: Right
answer_2 = ("forward", torch.Size([64, 20]), (16, 32), "placeholder")

# %% 3: Give a dictionary
answer_3 = 256
# %% 3: Give a dictionary
answer_3 = {28: 256, 32: 400}
# %% 3: Give a dictionary
answer_3 = {28: 256, 32: None, 64: None}
# %% 3: Give a dictionary
answer_3 = {28: "256", 32: "400", 64: "2704"}
# %% 3: Give a dictionary
answer_3 = [256, 400, 2704]
# %% 3: 16 is one channel
answer_3 = {28: 16, 32: 25, 64: 169}
# %% 3: At 28 pixels, 400 would be right if the first convolution padded its input by 2
answer_3 = {28: 400, 32: 576, 64: 3136}
# %% 3: At 32 pixels, 576 would be right
answer_3 = {28: 256, 32: 576, 64: 3136}
# %% 3: At 64 pixels, 3136 would be right
answer_3 = {28: 256, 32: 400, 64: 3136}
# %% 3: gets smaller along the way
answer_3 = {28: 12544, 32: 16384, 64: 65536}
# %% 3: At 64 pixels it is not 2700
answer_3 = {28: 256, 32: 400, 64: 2700}
# %% 3: Right
answer_3 = {64: 2704, 32: 400, 28: 256.0}
# %% 3: Right
answer_3 = {28: torch.tensor(256), 32: torch.tensor(400), 64: torch.tensor(2704)}

# %% 4: Give two sets
answer_4 = {"conv2"}
# %% 4: Give two sets
answer_4 = {1: {"conv2"}}
# %% 4: Give two sets
answer_4 = {1: {"conv2"}, 0: None}
# %% 4: Give two sets
answer_4 = {1: [["conv2"]], 0: []}
# %% 4: Give two sets
answer_4 = [{"conv2"}, {"conv2", "fc1"}]
# %% 4: 'conv2.weight' is not one of conv1, conv2, fc1, fc2, fc3
answer_4 = {1: {"conv2.weight"}, 0: set()}
# %% 4: 'new0' is not one of
answer_4 = {1: {"conv2", "new0"}, 0: set()}
# %% 4: conv1 comes before
answer_4 = {1: {"conv1", "conv2"}, 0: set()}
# %% 4: fc2 follows a layer that has
answer_4 = {1: {"conv2", "fc2", "fc3"}, 0: set()}
# %% 4: With a padding of 1: conv2 now gets the 32 channels
answer_4 = {1: {"fc1"}, 0: set()}
# %% 4: the new layer keeps the side
answer_4 = {1: {"conv2", "fc1"}, 0: set()}
# %% 4: With a padding of 0: conv2 now gets
answer_4 = {1: {"conv2"}, 0: {}}
# %% 4: the side shrinks by 2
answer_4 = {1: {"conv2"}, 0: {"conv2"}}
# %% 4: Right
answer_4 = {1: "conv2", 0: ["conv2", "fc1"]}
# %% 4: Right
answer_4 = {False: ("fc1", "conv2"), True: frozenset(["conv2"])}
