# %% 10: TypeError: dict is not callable.
answer_10 = {}
# %% 10: It raises TypeError
answer_10 = make_10()
# %% 10: It raises TypeError
def answer_10(state):
    return make_10()
# %% 10: cannot unpack non-iterable NoneType
def answer_10(a, b):
    return None
# %% 10: too many values to unpack
def answer_10(a, b):
    return make_10(), None, None
# %% 10: Return the network first
def answer_10(a, b):
    return None, None
# %% 10: Return the network first
def answer_10(a, b):
    net = make_10()
    net.load_state_dict(a)
    return optimizer_10(net), net
# %% 10: still has placeholders
def answer_10(a, b):
    net = make_10()
    return net, optimizer_10(net)
# %% 10: not those that were saved
def answer_10(a, b):
    net = make_10()
    net(torch.zeros(0, 20))
    return net, optimizer_10(net)
# %% 10: layers are Linear already
def answer_10(a, b):
    net = make_10()
    net(torch.zeros(0, 20))
    net.load_state_dict(a)
    optimizer = optimizer_10(net)
    optimizer.load_state_dict(b)
    return net, optimizer
# %% 10: layers are Linear already
def answer_10(a, b):
    net = nn.Sequential(nn.Linear(20, 16), nn.ReLU(), nn.Linear(16, 1))
    net.load_state_dict(a)
    optimizer = optimizer_10(net)
    optimizer.load_state_dict(b)
    return net, optimizer
# %% 10: tensors and the network's parameters are not the same
def answer_10(a, b):
    net = make_10()
    optimizer = optimizer_10(net)
    net.load_state_dict(a, assign=True)
    optimizer.load_state_dict(b)
    return net, optimizer
# %% 10: what differs is in the optimizer's state
def answer_10(a, b):
    net = make_10()
    net.load_state_dict(a)
    return net, optimizer_10(net)
# %% 10: The first step after your function raises
def answer_10(a, b):
    net = make_10()
    net.load_state_dict(a)
    net.requires_grad_(False)
    return net, optimizer_10(net)
# %% 10: Right
def answer_10(a, b):
    net = make_10()
    optimizer = optimizer_10(net)
    optimizer.load_state_dict(b)
    net.load_state_dict(a)
    return [net, optimizer]
# %% 10: Right
def answer_10(a, b):
    net = make_10()
    net.load_state_dict(a, assign=True)
    optimizer = optimizer_10(net)
    optimizer.load_state_dict(b)
    return net, optimizer

# %% 10: tensors and the network's parameters are not the same
def answer_10(net_state, optimizer_state):  # too few
    net = make_10()
    net.load_state_dict(net_state)
    return net, torch.optim.SGD(net[0].parameters(), lr=0.1, momentum=0.9)
# %% 10: The network is in evaluation mode
def answer_10(net_state, optimizer_state):
    net = make_10()
    net.load_state_dict(net_state)
    net.eval()
    optimizer = optimizer_10(net)
    optimizer.load_state_dict(optimizer_state)
    return net, optimizer
# %% 11
right = answer_11
def restorer_11(modules):  # what sets their modes to what they are now
    modes = [(m, m.training) for m in modules]
    def restore():
        for m, training in modes:
            m.training = training
    return restore
def run_11(net, *inputs, of=nn.Module.modules):
    restore = restorer_11(of(net))
    net.eval()
    with torch.no_grad():
        net(*inputs)
    restore()
def begin_11(net, *inputs):  # restores the modes after one kind of error alone
    restore = restorer_11(net.modules())
    net.eval()
    try:
        with torch.no_grad():
            net(*inputs)
    except RuntimeError:
        restore()
        raise
    return restore
def assert_none_left_11(net):
    tensors = [*net.named_parameters(), *net.named_buffers()]
    left = [n for n, t in tensors if nn.parameter.is_lazy(t)]
    assert not left, left
# %% 11: Give a function
answer_11 = 11
# %% 11: It raises TypeError
def answer_11(net):
    net.eval()
# %% 11: BatchNorm raises an error on a single example
def answer_11(net, X):
    net(X)
# %% 11: There are still placeholders
def answer_11(net, X):
    pass
# %% 11: BatchNorm has counted a batch
def answer_11(net, X):
    net(torch.cat([X, X]))
# %% 11: a plain pass gives different values
def answer_11(net, *inputs):
    norms = [m for m in net.modules() if isinstance(m, nn.modules.batchnorm._BatchNorm)]
    for m in norms:
        m.eval()
    with torch.no_grad():
        net(*inputs)
    for m in norms:
        m.train()
# %% 11: the whole network is in evaluation mode
def answer_11(net, X):
    net.eval()(X)
# %% 11: Dropout or another module is no longer in the mode it was in before
def answer_11(net, X):
    net.eval()(X)
    net.train()
# %% 11: Gradients are on in your dry run
def answer_11(net, X):
    restore = restorer_11(net.modules())
    net.eval()(X)
    restore()
# %% 11: gradients are off for everything
def answer_11(net, X):
    torch.set_grad_enabled(False)
    run_11(net, X)
# %% 11: torch.inference_mode is too strict
@torch.inference_mode()
def answer_11(net, X):
    run_11(net, X)
# %% 11: Afterward, training raises
def answer_11(net, X):
    run_11(net, X)
    net.requires_grad_(False)
# %% 11: a plain pass gives different values
def answer_11(net, X):
    run_11(net, X)
    for p in net.parameters():
        nn.init.zeros_(p)
# %% 11: a plain pass gives different values
def answer_11(net, X):
    run_11(net, X)
    net[1].running_mean.fill_(1)
# %% 11: On a network with two inputs it raises TypeError
def answer_11(net, X):
    run_11(net, X)
# %% 11: unused.weight is still a placeholder
def answer_11(net, *inputs):
    run_11(net, *inputs)
# %% 11: does not name every placeholder that is left, such as unused.weight: AssertionError.
def answer_11(net, *inputs):
    run_11(net, *inputs)
    assert not any(map(nn.parameter.is_lazy, net.parameters()))
# %% 11: such as unused.bias: AssertionError: unused.weight.
def answer_11(net, *inputs):  # names the first alone
    run_11(net, *inputs)
    for n, p in [*net.named_parameters(), *net.named_buffers()]:
        assert not nn.parameter.is_lazy(p), n
# %% 11: such as unused.running_mean
def answer_11(net, *inputs):
    run_11(net, *inputs)
    left = [n for n, p in net.named_parameters() if nn.parameter.is_lazy(p)]
    assert not left, left
# %% 11: do that in a finally block
def answer_11(net, *inputs):
    run_11(net, *inputs)
    assert_none_left_11(net)
# %% 11: The last bias did not require a gradient before
def answer_11(net, *inputs):
    run_11(net, *inputs)
    for p in net.parameters():
        p.requires_grad = True
# %% 11: unused.cache is still a placeholder
def answer_11(net, *inputs):
    run_11(net, *inputs)
    left = [n for n, t in net.state_dict().items() if nn.parameter.is_lazy(t)]
    assert not left, left
# %% 11: hides an error
def answer_11(net, *inputs):
    try:
        run_11(net, *inputs)
    except RuntimeError:
        return
    assert_none_left_11(net)
# %% 11: leaves evaluation mode or no_grad on
def answer_11(net, *inputs):
    restore = begin_11(net, *inputs)
    assert_none_left_11(net)
    restore()
# %% 11: gradients stay off: use torch.no_grad() in a with statement
def answer_11(net, *inputs):
    restore = restorer_11(net.modules())
    net.eval()
    torch.set_grad_enabled(False)
    try:
        net(*inputs)
    finally:
        restore()
    torch.set_grad_enabled(True)
    assert_none_left_11(net)
# %% 11: Right
def answer_11(net, *inputs):
    try:
        right(net, *[X[:0] for X in inputs])
    except RuntimeError as error:
        raise LookupError("left:\n" + str(error))
# %% 11: a plain pass gives different values
def answer_11(net, *inputs):
    torch.manual_seed(0)
    right(net, *inputs)
# %% 11: so its hooks do not run: write net(*inputs)
class Forward:  # calls net.forward
    def __init__(self, net):
        self.net, self.modules, self.eval = net, net.modules, net.eval
        self.named_parameters, self.named_buffers = net.named_parameters, net.named_buffers
    def __call__(self, *inputs):
        return self.net.forward(*inputs)
def answer_11(net, *inputs):
    right(Forward(net), *inputs)
# %% 11: Dropout or another module is no longer in the mode it was in before
def answer_11(net, *inputs):
    run_11(net, *inputs, of=lambda net: [net, *net.children()])
# %% 11: There are still placeholders
def answer_11(net, *inputs):
    try:
        net(*inputs)
    except ValueError:
        pass
# %% 11: a plain pass gives different values
def answer_11(net, *inputs):  # two kinds of layers alone
    kinds = nn.modules.batchnorm._BatchNorm, nn.Dropout
    modes = [m for m in net.modules() if m.training and isinstance(m, kinds)]
    for m in modes:
        m.eval()
    with torch.no_grad():
        net(*inputs)
    for m in modes:
        m.train()
# %% 11: do that in a finally block
def answer_11(net, *inputs):  # after one kind of error alone
    begin_11(net, *inputs)()
    assert_none_left_11(net)

# %% 12
class Start(nn.modules.lazy.LazyModuleMixin, Scale):
    cls_to_become = Scale
    def __init__(self):
        super().__init__(0)
        self.weight = nn.UninitializedParameter()
# %% 12: Give a class
answer_12 = Scale(5)
# %% 12: Derive it from both
answer_12 = Scale
# %% 12: The mixin comes after Scale
class answer_12(Scale, nn.modules.lazy.LazyModuleMixin):
    pass
# %% 12: Building it raises TypeError
class answer_12(nn.modules.lazy.LazyModuleMixin, Scale):
    pass
# %% 12: The mixin's constructor never ran
class answer_12(LazyScale):
    def __init__(self):
        Scale.__init__(self, 0)
        self.weight = nn.UninitializedParameter()
# %% 12: The mixin's constructor never ran
class answer_12(LazyScale):
    def __init__(self):
        nn.Module.__init__(self)
        self.weight = nn.UninitializedParameter()
# %% 12: weight is not a placeholder
class answer_12(nn.modules.lazy.LazyModuleMixin, Scale):
    def __init__(self):
        super().__init__(5)
# %% 12: The first pass calls the mixin's initialize_parameters, which only raises this error
class answer_12(Start):
    pass
# %% 12: leaves weight a placeholder
class answer_12(Start):
    def initialize_parameters(self, X):
        pass
# %% 12: The first pass raises TypeError
class answer_12(Start):
    def initialize_parameters(self):
        pass
# %% 12: should have the shape (5,), not (2, 4, 5)
class answer_12(Start):
    def initialize_parameters(self, X):
        self.weight.materialize(X.shape)
# %% 12: should have the shape (5,), not (4,)
class answer_12(Start):
    def initialize_parameters(self, X):
        self.weight.materialize(X.shape[1:2])
    def forward(self, X):
        return X
# %% 12: The weight is not all ones
class answer_12(Start):
    def initialize_parameters(self, X):
        self.weight.materialize((5,))
        self.weight.data.fill_(7)
# %% 12: made in inference mode
class answer_12(Start):
    @torch.inference_mode()
    def initialize_parameters(self, X):
        if self.has_uninitialized_params():
            self.weight.materialize((X.shape[-1],))
            self.weight.fill_(1)
# %% 12: The weight is a new tensor
class answer_12(Start):
    def initialize_parameters(self, X):
        if self.has_uninitialized_params():
            self.weight = nn.Parameter(torch.ones(X.shape[-1]))
# %% 12: The output is not the input times the weight
class answer_12(LazyScale):
    def forward(self, X):
        return self.weight
# %% 12: Loading a state dict before any data raises
class answer_12(LazyScale):
    def load_state_dict(self, state):
        raise KeyError
# %% 12: materialize it only if
class answer_12(Start):
    def initialize_parameters(self, X):
        self.weight.materialize((X.shape[-1],))
        nn.init.ones_(self.weight)
# %% 12: overwrites a loaded weight
class answer_12(Start):
    def initialize_parameters(self, X):
        if self.has_uninitialized_params():
            self.weight.materialize((5,))
        nn.init.ones_(self.weight)
# %% 12: its class is Half, not Scale: set cls_to_become
class Half(Start):
    cls_to_become = None
    initialize_parameters = LazyScale.initialize_parameters
answer_12 = Half
# %% 12: After loading, the output is not input times weight
class answer_12(LazyScale):
    def forward(self, X):
        return X
# %% 12: but not on one of shape (3, 7)
class answer_12(Start):
    def __init__(self):
        super().__init__()
        self.weight = nn.UninitializedParameter()
    def initialize_parameters(self, input):
        if self.has_uninitialized_params():
            with torch.no_grad():
                self.weight.materialize((input.shape[2],))
                self.weight.fill_(1)
# %% 12: Right
class answer_12(Start):
    def __init__(self):
        super().__init__()
        self.weight = nn.UninitializedParameter(dtype=torch.float32)
    def initialize_parameters(self, input, *args):
        if nn.parameter.is_lazy(self.weight):
            with torch.no_grad():
                self.weight.materialize(input.shape[-1:])
                self.weight.fill_(1)

# %% 12: it is never trained
class answer_12(Start):
    def __init__(self):
        super().__init__()
        self.weight.requires_grad = False
    def initialize_parameters(self, X):
        if self.has_uninitialized_params():
            self.weight.materialize((X.shape[-1],))
            self.weight.fill_(1)
# %% 13: Give a whole number
answer_13 = "36_047_700_000"
# %% 13: Give a whole number
answer_13 = [36_047_700_000]
# %% 13: The biases are missing
answer_13 = 36_047_040_000
# %% 13: the number of bytes
answer_13 = 4 * 36_047_700_000
# %% 13: 784 numbers, not 60,000
answer_13 = 11 * (60_000**2 + 60_000)
# %% 13: Nothing was counted
answer_13 = sum(p.nbytes for p in make_13().parameters())
# %% 13: Nothing was counted
answer_13 = sum(p.size().numel() for p in make_13().parameters())
# %% 13: The first weight is missing
with torch.device("meta"):
    net = make_13()
    net(torch.empty(2, 0))
answer_13 = sum(p.numel() for p in net.parameters())
# %% 13: It is not 5: add up numel()
answer_13 = 5
# %% 13: It is not 36,047,700,000.5
answer_13 = 36_047_700_000.5
# %% 13: Right
answer_13 = 36_047_700_000.0
# %% 13: Right
answer_13 = torch.tensor(36_047_700_000)
