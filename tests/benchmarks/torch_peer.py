"""The same training step in PyTorch, eager, with autograd."""

import torch
import torch.nn.functional as functional

NAMES = {"sigmoid": torch.sigmoid, "tanh": torch.tanh, "relu": torch.relu}


def describe():
    """Name the version and its threads."""
    return f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread"


def stepper(trainer, measured):
    """Return a function that makes one step from the trainer's parameters on all of its data.

    Batch normalisation, where the settings ask for it, is PyTorch's own (its fused C++ kernel).
    With `measured`, ∂J/∂z of every layer is kept, and the step returns the loss and per layer
    RMS ∂J/∂z, ‖∂J/∂W‖ and ‖∂J/∂b‖.
    """
    torch.set_num_threads(1)
    weights = [torch.nn.Parameter(torch.tensor(w[0])) for w in trainer.parameters.weights]
    biases = [torch.nn.Parameter(torch.tensor(b[0])) for b in trainer.parameters.biases]
    gains = [torch.nn.Parameter(torch.tensor(g[0])) for g in trainer.parameters.gains]
    inputs, labels = torch.tensor(trainer.inputs[0]), torch.tensor(trainer.targets[0].argmax(1))
    activation = NAMES[trainer.settings.activation]
    rate = trainer.settings.learning_rate
    optimizer = torch.optim.SGD([*weights, *biases, *gains], lr=rate)

    def step():
        optimizer.zero_grad(set_to_none=True)
        signal, zs = inputs, []
        for layer, (w, b) in enumerate(zip(weights, biases, strict=True)):
            came = activation(zs[-1]) if zs else signal
            if layer < len(gains):
                sums = came @ w
                zs.append(functional.batch_norm(sums, None, None, gains[layer], b, training=True))
            else:
                zs.append(torch.addmm(b, came, w))
            if measured:
                zs[-1].retain_grad()
        loss = functional.cross_entropy(zs[-1], labels)
        loss.backward()
        sizes = measure(zs) if measured else None
        optimizer.step()
        return (loss.item(), sizes) if measured else None

    def measure(zs):
        with torch.no_grad():
            delta = torch.stack([z.grad.square().mean().sqrt() for z in zs])
            of_weights = torch.stack([w.grad.norm() for w in weights])
            of_biases = torch.stack([b.grad.norm() for b in biases])
            return torch.stack([delta, of_weights, of_biases]).numpy()

    return step
