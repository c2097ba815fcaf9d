"""The same recurrent training step in PyTorch: nn.RNN or nn.LSTM, autograd, clipping, Adam."""

import torch

MAKERS = {"plain": torch.nn.RNN, "lstm": torch.nn.LSTM}


def describe():
    """Name the version and its threads."""
    return f"PyTorch {torch.__version__}, {torch.get_num_threads()} thread"


def stepper(trainer):
    """Return a function that makes one step from the trainer's first net, on sequences it draws.

    It returns the loss and the norm of the gradient before clipping.
    """
    torch.set_num_threads(1)
    settings, weights = trainer.settings, trainer.weights
    n, m = settings.units, weights.into.shape[1]
    net = MAKERS[settings.cell](m, n).to(getattr(torch, settings.dtype))
    head = torch.nn.Linear(n, 1).to(getattr(torch, settings.dtype))
    # PyTorch's gates stand in the order i, f, g, o; ours as i, f, o, g.
    order = [0, 1, 3, 2] if settings.cell == "lstm" else [0]
    columns = [k * n + i for k in order for i in range(n)]
    with torch.no_grad():
        net.weight_hh_l0.copy_(torch.tensor(weights.recurrent[0].T[columns]))
        net.weight_ih_l0.copy_(torch.tensor(weights.into[0].T[columns]))
        net.bias_ih_l0.copy_(torch.tensor(weights.bias[0, 0][columns]))
        net.bias_hh_l0.zero_()
        head.weight.copy_(torch.tensor(weights.out[0].T))
        head.bias.copy_(torch.tensor(weights.out_bias[0, 0]))
    # We have one bias where PyTorch has two.
    net.bias_hh_l0.requires_grad_(False)
    learned = [p for p in (*net.parameters(), *head.parameters()) if p.requires_grad]
    optimizer = torch.optim.Adam(learned, lr=settings.learning_rate)

    def step():
        drawn = trainer._draw(settings.batch, trainer.streams)
        x, y = torch.from_numpy(drawn.x[:, 0]), torch.from_numpy(drawn.y[0])
        optimizer.zero_grad(set_to_none=True)
        states, _ = net(x)
        loss = (head(states[-1])[:, 0] - y).square().mean()
        loss.backward()
        norm = torch.nn.utils.clip_grad_norm_(learned, settings.threshold)
        optimizer.step()
        return loss.item(), norm.item()

    return step
