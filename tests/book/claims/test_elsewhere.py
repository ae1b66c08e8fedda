"""What *Other frameworks* says, tried on more than the page's own network."""

import os

import pytest
import torch
from torch import nn

from .cases import CASES, LINEAR

os.environ |= {"KERAS_BACKEND": "torch", "JAX_PLATFORMS": "cpu", "DEV": "PYTHON"}

WIDTHS = [(1,), (256, 10), (3, 5, 7)]


def test_elsewhere_before():
    import equinox
    import jax
    import keras
    import mlx.nn
    import tinygrad
    from flax import linen, nnx
    from torch_geometric import nn as gnn

    for widths in WIDTHS:
        assert all(nn.parameter.is_lazy(nn.LazyLinear(n).weight) for n in widths)
        assert all(nn.parameter.is_lazy(gnn.Linear(-1, n).weight) for n in widths)
        assert keras.Sequential([keras.layers.Dense(n) for n in widths]).weights == []
        module = linen.Sequential([linen.Dense(n) for n in widths])
        assert jax.tree.leaves(module) == [module]  # no array in it
        with pytest.raises(ValueError, match="unbound"):
            module.variables  # noqa: B018
        for n in widths:
            shapes = {
                nnx.Linear(20, n, rngs=nnx.Rngs(0)).kernel.shape,
                equinox.nn.Linear(20, n, key=jax.random.key(0)).weight.T.shape,
                mlx.nn.Linear(20, n).weight.T.shape,
                tinygrad.nn.Linear(20, n).weight.T.shape,
            }
            assert shapes == {(20, n)}
    for layer in keras.layers.Conv2D(4, 3), keras.layers.BatchNormalization():
        assert layer.weights == []
    told = keras.Sequential([keras.Input((20,)), keras.layers.Dense(4)])
    assert [tuple(weight.shape) for weight in told.weights] == [(20, 4), (4,)]


def test_elsewhere_bias():
    from torch_geometric import nn as gnn

    for case in CASES:
        assert nn.parameter.is_lazy(case.build().bias), case
    for n in (1, 256):
        assert tuple(gnn.Linear(-1, n).bias.shape) == (n,)
        assert nn.parameter.is_lazy(LINEAR.build(out_features=n).bias)


def test_elsewhere_early():
    import jax
    import jax.numpy as jnp
    import keras
    import numpy as np
    import optax
    from flax import linen
    from torch_geometric import nn as gnn

    for layer in (nn.LazyLinear, lambda n: gnn.Linear(-1, n)):
        for widths in WIDTHS:
            net = nn.Sequential(*map(layer, widths))
            optimizer = torch.optim.SGD(net.parameters(), lr=0.1)
            net(torch.rand(2, 20)).sum().backward()
            old = [p.detach().clone() for p in net.parameters()]
            optimizer.step()
            assert not any(map(torch.equal, net.parameters(), old))
    for make in keras.optimizers.SGD, keras.optimizers.Adam:
        net, optimizer = keras.Sequential([keras.layers.Dense(3)]), make(0.1)
        optimizer.build(net.trainable_variables)
        net(np.zeros((2, 20), "float32"))
        ones = [np.ones(tuple(w.shape), "float32") for w in net.weights]
        with pytest.raises(ValueError, match="Unknown variable"):
            optimizer.apply(ones, net.trainable_variables)
    params = linen.Dense(3).init(jax.random.key(0), jnp.zeros((2, 20)))
    state = optax.adam(1e-3).init({})
    with pytest.raises(ValueError, match="structure"):
        optax.adam(1e-3).update(params, state)
    plain = optax.sgd(1e-3)  # keeps no state
    plain.update(params, plain.init({}))


def test_elsewhere_eager():
    import equinox
    import jax
    import mlx.nn
    import tinygrad
    from flax import nnx

    for n in (1, 256):
        for build in (
            lambda n=n: nnx.Linear(out_features=n, rngs=nnx.Rngs(0)),
            lambda n=n: equinox.nn.Linear(out_features=n, key=jax.random.key(0)),
            lambda n=n: mlx.nn.Linear(output_dims=n),
            lambda n=n: tinygrad.nn.Linear(out_features=n),
        ):
            with pytest.raises(TypeError, match="missing 1 required positional argument"):
                build()
