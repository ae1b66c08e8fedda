# %% 5: Give a function
answer_5 = 5
# %% 5: Assign the function
answer_5 = lenet_3()
# %% 5: Building the network raises KeyError: 'x'.
def answer_5():
    raise KeyError("x")
# %% 5: Building the network raises TypeError
def answer_5(size):
    return lenet_3()
# %% 5: does not return a network
def answer_5():
    lenet_3()
# %% 5: use nn.LazyLinear, not nn.Linear.
def answer_5():
    return nn.Linear(784, 10)
# %% 5: use nn.LazyConv2d, not nn.Conv2d.
def answer_5():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
# %% 5: use nn.LazyBatchNorm2d, not nn.BatchNorm2d.
def answer_5():
    return nn.Sequential(
        nn.LazyConv2d(6, 5), nn.BatchNorm2d(6), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
        nn.LazyLinear(10))
# %% 5: Right
def answer_5():
    return nn.Sequential(
        nn.LazyConv2d(6, 5), nn.InstanceNorm2d(6), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
        nn.LazyLinear(10))
# %% 5: Your network is built without any lazy layers
def answer_5():
    return nn.Sequential(nn.AdaptiveAvgPool2d((2, 5)), nn.Flatten())
# %% 5: At 28 pixels it raises
def answer_5():
    return nn.LazyConv1d(10, 3)
# %% 5: mat1 and mat2 shapes cannot be multiplied
answer_5 = lenet_3
# %% 5: At 28 pixels, 2 images give (2, 10, 26, 26) instead of a tensor of shape (2, 10).
def answer_5():
    return nn.LazyConv2d(10, 3)
# %% 5: 2 images give tuple instead of
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
    def forward(self, X):
        return self.net(X), X
# %% 5: is never used
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.out, self.unused = nn.LazyLinear(10), nn.LazyLinear(10)
    def forward(self, X):
        return self.out(X.mean((2, 3)))
# %% 5: Build each layer in __init__, not in forward
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.LazyConv2d(6, 5)
    def forward(self, X):
        self.head = nn.LazyLinear(10)
        return self.head(self.conv(X).flatten(1))
# %% 5: A batch of one image gives (10,) instead of a tensor of shape (1, 10).
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.pool = nn.LazyConv2d(10, 3), nn.AdaptiveAvgPool2d(1)
    def forward(self, X):
        return self.pool(self.conv(X)).squeeze()
# %% 5: Build each layer in __init__, not in forward
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.LazyConv2d(6, 5), nn.LazyLinear(10)
    def forward(self, X):
        X = self.conv(X).flatten(1)
        if self.head.in_features not in (0, X.shape[1]):
            self.head = nn.LazyLinear(10)
        return self.head(X)
# %% 5: Its parameters() lacks weights that forward uses
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.layers = [nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10)]
    def forward(self, X):
        for layer in self.layers:
            X = layer(X)
        return X
# %% 5: then nothing may draw random numbers
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
    def forward(self, X):
        return nn.functional.dropout(self.net(X))
# %% 5: In evaluation mode it raises ValueError
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
    def forward(self, X):
        if not self.training:
            raise ValueError("not trained")
        return self.net(X)
# %% 5: Right
def answer_5():
    net = lenet_3()
    net[5], net[7] = nn.AdaptiveAvgPool2d(3), nn.LazyLinear(10)
    return net
# %% 5: Right
def answer_5():
    net = nn.Sequential(
        nn.LazyConv2d(6, 5), nn.LazyBatchNorm2d(), nn.ReLU(), nn.AdaptiveMaxPool2d(4),
        nn.Flatten(), nn.LazyLinear(10))
    net(torch.zeros(2, 1, 28, 28))
    return net
# %% 5: Right
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.scale = nn.LazyConv2d(6, 5), nn.PReLU()
        self.out = nn.LazyLinear(10)
    def forward(self, X):
        return self.out(self.scale(self.conv(X)).mean((2, 3)))

# %% 5: depends on the number of images or on their size
def answer_5():
    return nn.Sequential(
        nn.LazyConv2d(6, 5), nn.LayerNorm([6, 24, 24]), nn.AdaptiveAvgPool2d(4), nn.Flatten(),
        nn.LazyLinear(10))
# %% 5: Right
def answer_5():
    return nn.Sequential(
        nn.LazyConv2d(6, 5), nn.Flatten(), nn.AdaptiveAvgPool1d(256), nn.LazyLinear(10))
# %% 5: Right
def answer_5():  # looks at a network before it changes two layers that have run
    net = lenet_3()
    net(torch.zeros(0, 1, 28, 28))
    net[5], net[7] = nn.AdaptiveAvgPool2d(5), nn.LazyLinear(10)
    return net
# %% 5: Right
class answer_5(nn.Module):  # standardizes each image; a constant one becomes nan
    def __init__(self):
        super().__init__()
        self.net = nn.Sequential(
            nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
    def forward(self, X):
        axes = 1, 2, 3
        return self.net((X - X.mean(axes, keepdim=True)) / X.std(axes, keepdim=True))
# %% 5: Right
class answer_5(nn.Module):  # a Sequential around its layers in forward
    def __init__(self):
        super().__init__()
        self.layers = nn.ModuleList([
            nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10)])
    def forward(self, X):
        return nn.Sequential(*self.layers)(X)
# %% 5: Right
class answer_5(nn.Module):  # a layer of PyTorch's that has linear ones in it
    def __init__(self):
        super().__init__()
        self.patch = nn.LazyConv2d(16, 4, stride=4)
        self.encoder = nn.TransformerEncoderLayer(16, 2, 32, batch_first=True)
        self.head = nn.LazyLinear(10)
    def forward(self, X):
        return self.head(self.encoder(self.patch(X).flatten(2).mT).mean(1))
# %% 5: Right
def answer_5():  # replaces a bias after a dry run
    net = nn.Sequential(
        nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
    net(torch.zeros(0, 1, 28, 28))
    net[3].bias = nn.Parameter(torch.zeros(10))
    return net
# %% 5: then nothing may draw random numbers
class answer_5(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.pool, self.head = nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.LazyLinear(10)
    def forward(self, X):
        X = self.pool(torch.relu(self.conv(X))).flatten(1)
        return self.head(nn.Dropout(0.5)(X))
# %% 5: use nn.LazyBatchNorm2d, not nn.BatchNorm2d.
def answer_5():  # nothing but statistics
    return nn.Sequential(
        nn.LazyConv2d(6, 5), nn.BatchNorm2d(6, affine=False), nn.AdaptiveAvgPool2d(4),
        nn.Flatten(), nn.LazyLinear(10))
# %% 5: then nothing may draw random numbers
class answer_5(nn.Module):  # one in a list, which eval() does not reach
    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.LazyConv2d(6, 5), nn.LazyLinear(10)
        self.between = [nn.ReLU(), nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.Dropout()]
    def forward(self, X):
        X = self.conv(X)
        for layer in self.between:
            X = layer(X)
        return self.head(X)
# %% 5: Your network is built without any lazy layers
class answer_5(nn.Module):  # they are declared in forward
    def forward(self, X):
        X = nn.LazyConv2d(6, 5)(X).mean((2, 3))
        return nn.LazyLinear(10)(X)
# %% 5: then nothing may draw random numbers
class answer_5(nn.Module):  # two passes would often agree
    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.LazyConv2d(6, 5), nn.LazyLinear(10)
    def forward(self, X):
        H = torch.relu(self.conv(X)).mean((2, 3))
        return self.head(nn.functional.dropout(H, 0.2))
# %% 5: Right
class ConvReLU(nn.LazyConv2d):  # a lazy class of one's own
    cls_to_become = None
    def forward(self, X):
        return super().forward(X).relu()
class Head(nn.LazyLinear):
    pass
def answer_5():
    return nn.Sequential(ConvReLU(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), Head(10))
# %% 5: use nn.LazyLinear, not nn.Linear.
class Head(nn.Linear):  # an eager class of one's own
    pass
def answer_5():
    return nn.Sequential(nn.LazyConv2d(6, 5), nn.AdaptiveAvgPool2d(4), nn.Flatten(), Head(96, 10))
# %% 5: Your network is built without any lazy layers
class LazyNet(nn.Module):  # lazy in name alone
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.rand(10, 1))
    def forward(self, X):
        return nn.functional.linear(X.mean((2, 3)), self.weight)
answer_5 = LazyNet
# %% 5: Right
def answer_5():  # copies made after a dry run
    block = nn.Sequential(
        nn.LazyConv2d(6, 3, padding=1), nn.LazyBatchNorm2d(), nn.ReLU(),
        nn.LazyConv2d(1, 1))
    block(torch.zeros(2, 1, 8, 8))
    return nn.Sequential(
        copy.deepcopy(block), copy.deepcopy(block),
        nn.AdaptiveAvgPool2d(4), nn.Flatten(), nn.LazyLinear(10))
# %% 5: is never used
class answer_5(nn.Module):  # a layer that has lazy buffers alone
    def __init__(self):
        super().__init__()
        self.conv, self.head = nn.LazyConv2d(6, 5), nn.LazyLinear(10)
        self.unused = nn.LazyBatchNorm2d(affine=False)
    def forward(self, X):
        return self.head(self.conv(X).mean((2, 3)))
# %% 5: Right
class answer_5(nn.Module):  # copies, one of them sliced
    def __init__(self):
        super().__init__()
        block = nn.Sequential(nn.LazyConv2d(6, 3), nn.ReLU())
        self.a, self.b = copy.deepcopy(block), copy.deepcopy(block)
        self.head = nn.LazyLinear(10)
    def forward(self, X):
        return self.head(self.b(self.a[:1](X)).mean((2, 3)))
# %% 6: Give a class
answer_6 = 6
# %% 6: Assign the class
answer_6 = nn.Sequential(nn.LazyLinear(10))
# %% 6: is not a network
answer_6 = dict
# %% 6: Building the network raises TypeError
class answer_6(nn.Module):
    def __init__(self, width):
        super().__init__()
# %% 6: A batch of width 20 raises NotImplementedError
class answer_6(nn.Module):
    pass
# %% 6: Both widths use the same first layer
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.LazyLinear(10)
    def forward(self, X):
        return self.net(nn.functional.pad(X, (0, 30 - X.shape[-1])))
# %% 6: Width 20 works, then width 30 raises
def answer_6():
    return nn.Sequential(nn.LazyLinear(64), nn.LazyLinear(10))
# %% 6: Two examples of width 20 give (2, 5)
def answer_6():
    return nn.LazyLinear(5)
# %% 6: Two examples of width 20 give tuple
class answer_6(nn.Module):
    def forward(self, X):
        return X, X
# %% 6: it cannot be trained
class answer_6(nn.Module):
    def forward(self, X):
        return torch.zeros(2, 10)
# %% 6: appeared in the forward pass
class answer_6(nn.Module):
    def forward(self, X):
        name = f"l{X.shape[-1]}"
        if not hasattr(self, name):
            setattr(self, name, nn.LazyLinear(10))
        return getattr(self, name)(X)
# %% 6: Its parameters() lacks weights that forward uses
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b, self.out = nn.LazyLinear(64), nn.LazyLinear(64), nn.LazyLinear(10)
        self.hidden = [nn.LazyLinear(32) for _ in range(2)]
    def forward(self, X):
        X = (self.a if X.shape[1] == 20 else self.b)(X)
        for layer in self.hidden:
            X = torch.relu(layer(X))
        return self.out(X)
# %% 6: Its parameters() lacks weights that forward uses
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = {20: nn.LazyLinear(64), 30: nn.LazyLinear(64)}
        self.last = nn.LazyLinear(10)
    def forward(self, X):
        return self.last(self.first[X.shape[-1]](X))
# %% 6: share no parameter
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.net = nn.ModuleDict({"20": nn.LazyLinear(10), "30": nn.LazyLinear(10)})
    def forward(self, X):
        return self.net[str(X.shape[-1])](X)
# %% 6: extra.weight is never used
class answer_6(TwoWidths):
    def __init__(self):
        super().__init__()
        self.extra = nn.LazyLinear(3)
# %% 6: width 20 has 3 parameters of its own
class answer_6(nn.Module):  # two trunks with one bias
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict({"20": nn.LazyLinear(64), "30": nn.LazyLinear(64)})
        self.last = nn.ModuleDict({"20": nn.Linear(64, 10), "30": nn.Linear(64, 10)})
        self.last["20"].bias = self.last["30"].bias
    def forward(self, X):
        width = str(X.shape[-1])
        return self.last[width](self.first[width](X))
# %% 6: width 20 has 3 parameters of its own
class answer_6(nn.Module):  # two trunks with one weight
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict({"20": nn.LazyLinear(64), "30": nn.LazyLinear(64)})
        self.last = nn.ModuleDict({"20": nn.Linear(64, 10), "30": nn.Linear(64, 10)})
        self.last["20"].weight = self.last["30"].weight
    def forward(self, X):
        width = str(X.shape[-1])
        return self.last[width](self.first[width](X))
# %% 6: unused.running_mean is never used
class answer_6(TwoWidths):
    def __init__(self):
        super().__init__()
        self.unused = nn.LazyBatchNorm1d(affine=False)
# %% 6: Right
class answer_6(nn.Module):  # weights whose rows are inputs
    def __init__(self):
        super().__init__()
        self.weights = nn.ParameterDict(
            {str(n): nn.Parameter(torch.rand(n, 64) / n) for n in (20, 30)})
        self.biases = nn.ParameterDict(
            {str(n): nn.Parameter(torch.zeros(64)) for n in (20, 30)})
        self.last = nn.LazyLinear(10)
    def forward(self, X):
        width = str(X.shape[1])
        return self.last(X @ self.weights[width] + self.biases[width])
# %% 6: width 20 has 2 parameters of its own, not one weight and one bias
class answer_6(nn.Module):  # an activation with a parameter for each width
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict(
            {w: nn.Sequential(nn.LazyLinear(64, bias=False), nn.PReLU()) for w in ("20", "30")})
        self.last = nn.LazyLinear(10)
    def forward(self, X):
        return self.last(self.first[str(X.shape[-1])](X))
# %% 6: No weight belongs to width 20 alone
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.adapt = nn.LazyLinear(20)
        self.net = nn.Sequential(nn.LazyLinear(64), nn.ReLU(), nn.LazyLinear(10))
    def forward(self, X):
        return self.net(self.adapt(X) if X.shape[1] == 30 else X)
# %% 6: Right
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        first = nn.LazyLinear(64)
        self.first = nn.ModuleDict({w: copy.deepcopy(first) for w in ("20", "30")})
        self.trunk = nn.LazyLinear(10)
    def forward(self, X):
        return self.trunk(self.first[str(X.shape[-1])](X))
# %% 6: Right
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict({"20": nn.LazyLinear(30), "30": nn.LazyLinear(30)})
        self.trunk = nn.Sequential(nn.ReLU(), nn.LazyLinear(10))
    def forward(self, X):
        return self.trunk(self.first[str(X.shape[-1])](X))
# %% 6: Right
class answer_6(TwoWidths):
    def __init__(self):
        super().__init__()
        self.scale = nn.Parameter(torch.tensor(1.0))
    def forward(self, X):
        return self.scale * super().forward(X)
# %% 6: Right
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.a, self.b = nn.Linear(20, 8), nn.Linear(30, 8, bias=False)
        self.rest = nn.Sequential(nn.LazyBatchNorm1d(), nn.ReLU(), nn.LazyLinear(10))
    def forward(self, X):
        return self.rest(self.a(X) if X.shape[-1] == 20 else self.b(X))
# %% 6: Right
def answer_6():
    return TwoWidths()

# %% 6: Its parameters() lacks weights that forward uses
class answer_6(nn.Module):  # eager layers in a list
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict({"20": nn.LazyLinear(64), "30": nn.LazyLinear(64)})
        self.hidden = [nn.Linear(64, 64) for _ in range(2)]
        self.last = nn.LazyLinear(10)
    def forward(self, X):
        X = self.first[str(X.shape[-1])](X)
        for layer in self.hidden:
            X = torch.relu(layer(X))
        return self.last(X)
# %% 6: Its parameters() lacks weights that forward uses
class answer_6(nn.Module):  # eager first layers in a dict
    def __init__(self):
        super().__init__()
        self.first = {20: nn.Linear(20, 64), 30: nn.Linear(30, 64)}
        self.trunk = nn.Sequential(nn.ReLU(), nn.Linear(64, 10))
    def forward(self, X):
        return self.trunk(self.first[X.shape[-1]](X))
# %% 6: Its parameters() lacks weights that forward uses
class answer_6(nn.Module):  # an eager trunk in a list
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict({"20": nn.LazyLinear(64), "30": nn.LazyLinear(64)})
        self.trunk = [nn.ReLU(), nn.Linear(64, 10)]
    def forward(self, X):
        X = self.first[str(X.shape[-1])](X)
        for layer in self.trunk:
            X = layer(X)
        return X
# %% 6: Its parameters() lacks weights that forward uses
class answer_6(TwoWidths):  # a parameter in a list
    def __init__(self):
        super().__init__()
        self.scales = [nn.Parameter(torch.tensor(1.0))]
    def forward(self, X):
        return self.scales[0] * super().forward(X)
# %% 6: It has to reach a first layer of its own
class answer_6(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.ModuleDict({"20": nn.LazyLinear(64), "30": nn.LazyLinear(96)})
        self.trunk = nn.Sequential(nn.ReLU(), nn.LazyLinear(10))
    def forward(self, X):
        return self.trunk(self.first[str(X.shape[-1])](X))
# %% 7: Give a set of letters
answer_7 = 7
# %% 7: Give a set of letters
answer_7 = [["b"]]
# %% 7: 'x' is not one of them
answer_7 = {"x"}
# %% 7: 2 is not one of them
answer_7 = {2, 5, 6}
# %% 7: Function a gives equal weights: torch.zeros draws no numbers
answer_7 = {"a", "b", "e", "f"}
# %% 7: Function b gives different weights: torch.rand draws
answer_7 = {"e", "f"}
# %% 7: Function c gives equal weights: the number of rows
answer_7 = {"b", "c", "e", "f"}
# %% 7: Function d gives equal weights
answer_7 = {"b", "d", "e", "f"}
# %% 7: Function e gives different weights
answer_7 = {"b", "f"}
# %% 7: Function f gives different weights: Dropout
answer_7 = {"b", "e"}
# %% 7: Right
answer_7 = "bef"
# %% 7: Right
answer_7 = ["f", "e", "b"]

# %% 8: Give a function
answer_8 = True
# %% 8: raises ValueError: Attempted to use an uninitialized
def answer_8(net):
    return [n for n, p in net.named_parameters() if p.numel() == 0]
# %% 8: it raises TypeError
def answer_8():
    return []
# %% 8: 'bool' object is not iterable
def answer_8(net):
    return any(map(nn.parameter.is_lazy, net.parameters()))
# %% 8: On a finished network it returns nothing
def answer_8(net):
    print(net)
# %% 8: tuple is not a string
def answer_8(net):
    return [(n, p) for n, p in net.named_parameters() if nn.parameter.is_lazy(p)]
# %% 8: 'empty' is a tensor without elements
def answer_8(net):
    return [n for n, t in [*net.named_parameters(), *net.named_buffers()] if 0 in t.size()]
# %% 8: no placeholder is named '0.bias'
def answer_8(net):
    return [n for n, p in net.named_parameters()]
# %% 8: On a half-finished network '2.bias' is missing
def answer_8(net):
    return []
# %% 8: 'body.1.running_mean' is missing: it is a buffer
def answer_8(net):
    named = [*net.named_parameters(), *net.named_buffers(recurse=False)]
    return [n for n, p in named if nn.parameter.is_lazy(p)]
# %% 8: 'cache' is missing: it is a buffer that is not persistent
def answer_8(net):
    return [n for n, t in net.state_dict().items() if nn.parameter.is_lazy(t)]
# %% 8: Right
def answer_8(net):
    for named in (net.named_buffers, net.named_parameters):
        yield from (n for n, t in named() if isinstance(t, nn.parameter.UninitializedTensorMixin))
# %% 8: Right
def answer_8(net, *, lazy=nn.parameter.is_lazy):
    found = {n for n, p in net.named_parameters() if lazy(p)}
    return found | {n for n, b in net.named_buffers() if lazy(b)}

# %% 8: raises AttributeError: 'Sequential' object has no attribute 'has_uninitialized_params'.
def answer_8(net):
    return [n for n, m in net.named_modules() if m.has_uninitialized_params()]
# %% 8: On a finished network it returns nothing
def answer_8(net):
    named = [*net.named_parameters(), *net.named_buffers()]
    if left := [n for n, t in named if nn.parameter.is_lazy(t)]:
        return left
# %% 8: Ask for the tensor's type and nothing else.
def answer_8(net):
    return [n for n, t in net.named_parameters() if t.isnan().any()]
# %% 8: On a fresh network 'body.0.bias' is missing
def answer_8(net):  # children, not modules
    lazy = nn.parameter.is_lazy
    left = [n for n, b in net.named_buffers(recurse=False) if lazy(b)]
    for name, layer in net.named_children():
        tensors = [*layer.named_parameters(recurse=False), *layer.named_buffers(recurse=False)]
        left += [f"{name}.{n}" for n, t in tensors if lazy(t)]
    return left
# %% 8: no placeholder is named 'bias'
def answer_8(net):
    return [n for m in net.modules() for n, t in m.named_parameters(recurse=False)
            if nn.parameter.is_lazy(t)]
# %% 8: On a loaded network no placeholder is named '0.bias'.
def answer_8(net):  # of the lazy layers, whose parameters may have been loaded
    lazy = nn.modules.lazy.LazyModuleMixin
    left = [f"{n}.{p}" for n, m in net.named_modules() if isinstance(m, lazy)
            for p, _ in m.named_parameters(recurse=False)]
    return left + [n for n, b in net.named_buffers() if nn.parameter.is_lazy(b)]
# %% 9: Checking your answer raises TypeError: str is not callable.
answer_9 = "groups_9"
# %% 9: nothing is decayed
answer_9 = groups_9
# %% 9: raises AttributeError
def answer_9(net, dummy):
    net.decay()
# %% 9: 'LazyLinear' object is not iterable
def answer_9(net, dummy):
    return net[0], net[2]
# %% 9: 'NoneType' object is not iterable
def answer_9(net, dummy):
    return None, None
# %% 9: On a fresh network the two lists together do not hold each parameter exactly once
def answer_9(net, dummy):
    return list(net.parameters()), list(net.parameters())
# %% 9: On a fresh network the two lists together do not hold each parameter exactly once
def answer_9(net, dummy):
    weights = [p for n, p in net.named_parameters() if n.endswith("weight")]
    return weights, weights
# %% 9: On a fresh network the lists hold members of type str
def answer_9(net, dummy):
    names = [n for n, _ in net.named_parameters()]
    return [n for n in names if "weight" in n], [n for n in names if "bias" in n]
# %% 9: On a fresh network the lists hold members of type tuple
def answer_9(net, dummy):
    named = list(net.named_parameters())
    return [n for n in named if "weight" in n[0]], [n for n in named if "bias" in n[0]]
# %% 9: On a fresh network the lists hold members of type dict
def answer_9(net, dummy):
    named = list(net.named_parameters())
    groups = [[p for n, p in named if kind in n] for kind in ("weight", "bias")]
    return [{"params": groups[0], "weight_decay": 0.1}], [{"params": groups[1]}]
# %% 9: On a fresh network the first group is not just the two weights
def answer_9(net, dummy):
    return list(net.parameters()), []
# %% 9: On a fresh network the first group is not just the two weights
def answer_9(net, dummy):
    net(dummy)
    return groups_9(net, dummy)[::-1]
# %% 9: training then raises
def answer_9(net, dummy):
    with torch.inference_mode():
        net(dummy)
    return groups_9(net, dummy)
# %% 9: Right
def answer_9(net, dummy):
    named = dict(net.named_parameters())
    decay = (p for n, p in named.items() if n.endswith("t"))  # a generator, and a set
    return decay, {p for n, p in named.items() if n.endswith("s")}
# %% 9: Right
def answer_9(net, dummy):
    net(dummy)
    return list(groups_9(net, dummy))
# %% 9: nothing is decayed
def answer_9(net, dummy):
    named = [*net.named_parameters()]
    return ([p for n, p in named if n.startswith("weight")],
            [p for n, p in named if not n.startswith("weight")])
# %% 9: On a fresh network training then raises RuntimeError: addmm
def answer_9(net, dummy):
    with torch.no_grad():
        net(torch.zeros(1, 784))
    return groups_9(net, dummy)
# %% 9: On a fresh network the lists hold members of type str
def answer_9(net, dummy):  # groups for an optimizer
    with torch.no_grad():
        net(dummy)
    decay, rest = groups_9(net, dummy)
    return [{"params": decay, "weight_decay": 0.01}, {"params": rest, "weight_decay": 0}]
# %% 9: On a nested, partly eager network the first group is not just the two weights.
def answer_9(net, dummy):  # asks the first parameter alone
    if nn.parameter.is_lazy(next(net.parameters())):
        with torch.no_grad():
            net(dummy)
    return groups_9(net, dummy)
# %% 9: On a nested, partly eager network the lists hold members of type NoneType
def answer_9(net, dummy):  # children, not modules
    linear = [layer for layer in net if isinstance(layer, nn.Linear)]
    return [layer.weight for layer in linear], [layer.bias for layer in linear]
# %% 9: On a nested, partly eager network the first group is not just the two weights.
def answer_9(net, dummy):  # every other one
    parameters = list(net.parameters())
    return parameters[::2], parameters[1::2]
