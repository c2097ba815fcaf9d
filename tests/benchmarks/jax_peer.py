"""The same training step in JAX, compiled with jit."""

import jax
import jax.numpy as jnp

jax.config.update("jax_enable_x64", True)

NAMES = {"sigmoid": jax.nn.sigmoid, "tanh": jnp.tanh, "relu": jax.nn.relu}


def describe():
    """Name the version and its device."""
    return f"JAX {jax.__version__} on {jax.devices()[0].platform}"


def runner(trainer, steps):
    """Return a function that runs `steps` steps from the trainer's parameters on all of its data.

    Each step gives the loss and per layer RMS ∂J/∂z, ‖∂J/∂W‖ and ‖∂J/∂b‖. The first call
    compiles as well.
    """
    inputs, targets = jnp.asarray(trainer.inputs[0]), jnp.asarray(trainer.targets[0])
    activation = NAMES[trainer.settings.activation]
    rate = trainer.settings.learning_rate
    drawn = trainer.parameters
    start = [(w[0].copy(), b[0].copy()) for w, b in zip(drawn.weights, drawn.biases, strict=True)]
    # ∂J/∂z is the derivative by a zero that is added to z.
    zeros = [jnp.zeros((len(inputs), len(b)), inputs.dtype) for _, b in start]

    def mean_loss(parameters, added):
        signal = inputs
        for layer, ((w, b), zero) in enumerate(zip(parameters, added, strict=True)):
            z = (activation(signal) if layer else signal) @ w + b + zero
            signal = z
        return -(jax.nn.log_softmax(z) * targets).sum(axis=1).mean()

    def step(parameters):
        loss, (gradients, deltas) = jax.value_and_grad(mean_loss, (0, 1))(parameters, zeros)
        moved = [
            (w - rate * gw, b - rate * gb)
            for (w, b), (gw, gb) in zip(parameters, gradients, strict=True)
        ]
        delta = jnp.stack([jnp.sqrt(jnp.mean(d * d)) for d in deltas])
        of_weights = jnp.stack([jnp.sqrt(jnp.sum(gw * gw)) for gw, _ in gradients])
        of_biases = jnp.stack([jnp.sqrt(jnp.sum(gb * gb)) for _, gb in gradients])
        return moved, (loss, jnp.stack([delta, of_weights, of_biases]))

    compiled = jax.jit(step)

    def run():
        parameters = start
        for _ in range(steps):
            parameters, sizes = compiled(parameters)
        jax.block_until_ready(parameters)
        return float(sizes[0]), sizes[1]

    return run
