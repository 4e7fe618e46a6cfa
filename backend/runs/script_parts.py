"""The parts of a script, each with only what its run's settings need."""

from collections.abc import Callable
from math import floor, log10
from typing import Final, NamedTuple

from backend.logic.config import Feature, Initialisation, OptimizerName, Problem, RunConfig
from backend.logic.run_record import RunRecord
from backend.runs.modules import DROPOUT, SINE, module_texts
from backend.runs.script_data import frozen_rows, in_one, point_rows

_REPORTS: Final = 10
"""So often, or up to twice that, a script tells how far it is."""

_FEATURES: Final[dict[Feature, str]] = {
    "x1": "x",
    "x2": "y",
    "x1_squared": "x * x",
    "x2_squared": "y * y",
    "x1_x2": "x * y",
    "sin_x1": "torch.sin(x)",
    "sin_x2": "torch.sin(y)",
}
_ANSWERS: Final[dict[Problem, str]] = {"classification": "labels", "regression": "values"}
_OPTIMIZERS: Final[dict[OptimizerName, str]] = {
    "sgd": "SGD(model.parameters(), lr=LEARNING_RATE",
    "momentum": "SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.9",
    "nesterov": "SGD(model.parameters(), lr=LEARNING_RATE, momentum=0.9, nesterov=True",
    "adam": "Adam(model.parameters(), lr=LEARNING_RATE",
    "adamw": "AdamW(model.parameters(), lr=LEARNING_RATE",
    "rmsprop": "RMSprop(model.parameters(), lr=LEARNING_RATE",
    "adagrad": "Adagrad(model.parameters(), lr=LEARNING_RATE",
}
_UNIFORM: Final = """\
            bound = layer.in_features**-0.5
            layer.weight.uniform_(-bound, bound, generator=generator){scale}
            layer.bias.uniform_(-bound, bound, generator=generator){scale}"""
_FIRST_WEIGHTS: Final[dict[Initialisation, str]] = {
    "pytorch": _UNIFORM.format(scale=""),
    "small": _UNIFORM.format(scale=".mul_(0.1)"),
    "large": _UNIFORM.format(scale=".mul_(5)"),
    "xavier": """\
            nn.init.xavier_uniform_(layer.weight, generator=generator)
            layer.bias.zero_()""",
    "he": """\
            nn.init.kaiming_normal_(layer.weight, generator=generator)
            layer.bias.zero_()""",
    "zeros": """\
            layer.weight.zero_()
            layer.bias.zero_()""",
}


class Part(NamedTuple):
    """A part of a script.

    Attributes:
        words: what it is, in a sentence or two for a notebook.
        code: its Python, without blank lines around it.
    """

    words: str
    code: str


def parts(record: RunRecord, give_way: Callable[[], None]) -> list[Part]:
    """All parts of a run's script, in order, but for its heading and for what begins the training."""
    config, steps = record.checkpoint.config, record.checkpoint.step
    has_test = not record.checkpoint.dataset.is_train.all()
    found = [
        _settings(record),
        _random_numbers(config),
        _examples(config),
        _network(config),
        _first_weights(config),
        _loss(config),
    ]
    if config.schedule != "constant":
        found.append(_learning_rate(config))
    found += [_batches(), _report(config, has_test=has_test)]
    if record.checkpoint.frozen:
        found.append(_freezing())
    return [*found, _training(config, steps, has_frozen=bool(record.checkpoint.frozen)), _data(record, give_way)]


def _settings(record: RunRecord) -> Part:
    config = record.checkpoint.config
    train_count = int(record.checkpoint.dataset.is_train.sum())
    constants: dict[str, float] = {
        "SEED": config.seed,
        "STEPS": record.checkpoint.step,
        "BATCH_SIZE": min(config.batch_size, train_count),
        "LEARNING_RATE": config.learning_rate,
        "WEIGHT_DECAY": config.weight_decay or 0.0,
        "DROPOUT": config.dropout,
        "L1": config.l1,
        "L2": config.l2,
        "GRADIENT_CLIP": config.gradient_clip,
    }
    unused = {
        "WEIGHT_DECAY": not _has_decay(config),
        "DROPOUT": not _is_dropping(config),
        "L1": not config.l1,
        "L2": not config.l2,
        "GRADIENT_CLIP": not config.gradient_clip,
    }
    lines = [f"{name} = {value!r}" for name, value in constants.items() if not unused.get(name)]
    imports = ["import math", ""] * (config.schedule != "constant") + ["import torch", "from torch import nn", ""]
    return Part("What it needs, and the settings of the run.", "\n".join([*imports, *lines]))


def _random_numbers(config: RunConfig) -> Part:
    return Part(
        "Random numbers come from streams of their own, so that one purpose never disturbs another.",
        '''\
def random_numbers(stream):
    """The same numbers in every run: stream 0 is for the first weights, 1 for the order of the points."""
    return torch.Generator().manual_seed(4 * SEED + stream)'''
        if config.initialisation != "zeros"
        else '''\
def random_numbers(stream):
    """The same numbers in every run: stream 1 is for the order of the points."""
    return torch.Generator().manual_seed(4 * SEED + stream)''',
    )


def _examples(config: RunConfig) -> Part:
    answers = _ANSWERS[config.problem]
    given = ", ".join(_FEATURES[name] for name in config.features)
    found = "values.unsqueeze(1)" if config.problem == "regression" else "labels.long()"
    one = "value" if config.problem == "regression" else "class"
    return Part(
        "What the network sees of a point, and what it shall answer.",
        f'''\
def examples(points):
    """What the network is given for each point, and the {one} that it shall answer."""
    x, y, {answers} = torch.tensor(points).T
    return torch.stack([{given}], dim=1), {found}''',
    )


def _network(config: RunConfig) -> Part:
    modules = module_texts(config)
    code = []
    if SINE in modules:
        code.append('''\
class Sine(nn.Module):
    """The sine as an activation: PyTorch has no module for it."""

    def forward(self, x):
        return torch.sin(x)''')
    if DROPOUT in modules:
        code.append('''\
class Dropout(nn.Module):
    """Leaves units out of a step, each with the chance DROPOUT, and makes up for it by the others."""

    def forward(self, hidden):
        if not self.training:
            return hidden
        keep = 1 - DROPOUT
        is_kept = torch.rand(hidden.shape[1], BATCH_SIZE, generator=dropping) < keep
        return hidden * (is_kept / keep)[:, : len(hidden)].T


dropping = torch.Generator()''')
    lines = "".join(f"    {text},\n" for text in modules)
    code.append(f"model = nn.Sequential(\n{lines})")
    return Part("The network.", "\n\n\n".join(code).replace("Generator()\n\n\n", "Generator()\n"))


def _first_weights(config: RunConfig) -> Part:
    begin = "" if config.initialisation == "zeros" else "    generator = random_numbers(0)\n"
    return Part(
        "Its first weights, drawn from the seed.",
        f'''\
@torch.no_grad()
def draw_first_weights():
    """Begin anew with the weights of the seed."""
{begin}    for layer in model:
        if isinstance(layer, nn.Linear):
{_FIRST_WEIGHTS[config.initialisation]}''',
    )


def _loss(config: RunConfig) -> Part:
    match config.problem, config.loss:
        case _, "cross_entropy":
            code = "loss_function = nn.CrossEntropyLoss()"
        case _, "huber":
            code = "loss_function = nn.HuberLoss()"
        case "regression", _:
            code = '''\
def loss_function(outputs, values):
    """Half the squared error, on average."""
    return (outputs - values).square().mean() / 2'''
        case _:
            code = f'''\
def loss_function(outputs, labels):
    """The squared error of the probabilities, summed over the classes, on average."""
    wanted = nn.functional.one_hot(labels, {config.classes})
    return (outputs.softmax(dim=1) - wanted).square().sum(dim=1).mean()'''
    if config.l1 or config.l2:
        terms = ["L1 * weights.abs().sum()"] * bool(config.l1) + ["L2 / 2 * weights.square().sum()"] * bool(config.l2)
        code += f'''


def penalty():
    """What large weights cost; biases cost nothing."""
    weights = torch.cat([layer.weight.flatten() for layer in model if isinstance(layer, nn.Linear)])
    return {" + ".join(terms)}'''
    return Part("How wrong its answers are, as one number.", code)


def _learning_rate(config: RunConfig) -> Part:
    epochs, factor = config.schedule_epochs, config.schedule_factor
    body = {
        "step": f"    return LEARNING_RATE * {factor!r} ** (epoch // {epochs})",
        "exponential": f"    return LEARNING_RATE * {factor!r} ** (epoch / {epochs})",
        "cosine": f"""\
    lowest = LEARNING_RATE / 100
    share = (1 + math.cos(math.pi * min(1, epoch / {epochs}))) / 2
    return lowest + (LEARNING_RATE - lowest) * share""",
        "warm_up": f"""\
    first = LEARNING_RATE / {epochs}
    return first + (LEARNING_RATE - first) * min(1, epoch / {epochs})""",
    }[config.schedule]
    sentence = {
        "step": f"Every {epochs:,} epochs it is multiplied by {factor!r}.",
        "exponential": f"It falls smoothly: by the factor {factor!r} in every {epochs:,} epochs.",
        "cosine": f"It falls to a hundredth along half a cosine, within {epochs:,} epochs.",
        "warm_up": f"It rises in a straight line, within {epochs:,} epochs.",
    }[config.schedule]
    return Part(
        "The learning rate follows a schedule; an epoch is one pass over the training points.",
        f'def learning_rate(epoch):\n    """{sentence}"""\n{body}',
    )


def _batches() -> Part:
    return Part(
        "Which points each step learns from.",
        '''\
def batches(count):
    """The numbers of the points for each step: pass after pass over all of them, each in a new order."""
    order = random_numbers(1)
    while True:
        yield from torch.randperm(count, generator=order).split(BATCH_SIZE)''',
    )


def _report(config: RunConfig, *, has_test: bool) -> Part:
    answers = _ANSWERS[config.problem]
    is_dropping = _is_dropping(config)
    body = [f"inputs, {answers} = examples(points)", "outputs = model(inputs)"]
    text = f"loss {{loss_function(outputs, {answers}):.6f}}"
    if config.problem == "classification":
        body.append("accuracy = (outputs.argmax(dim=1) == labels).float().mean()")
        text += ", accuracy {accuracy:.1%}"
    told = "{name} points" if has_test else "training points"
    body.append(f'print(f"step {{step:,}}, {told}: {text}")')
    if has_test:
        splits = '[("training", TRAINING_POINTS), ("test", TEST_POINTS)]'
        body = [f"for name, points in {splits}:", *(f"    {line}" for line in body)]
    else:
        body[0] = f"inputs, {answers} = examples(TRAINING_POINTS)"
    if is_dropping:
        body = ["model.eval()", *body, "model.train()"]
    lines = ["@torch.no_grad()", "def report(step):", '    """Tell how well the model does after so many steps."""']
    return Part("How well it does.", "\n".join([*lines, *(f"    {line}" for line in body)]))


def _freezing() -> Part:
    return Part(
        "Frozen weights keep their values.",
        '''\
@torch.no_grad()
def freeze():
    """Give the frozen weights their values; and return, for each tensor, which and what they are."""
    frozen = []
    for name, parameter in model.named_parameters():
        is_frozen = torch.zeros_like(parameter, dtype=torch.bool)
        for *place, value in FROZEN.get(name, []):
            parameter[tuple(place)] = value
            is_frozen[tuple(place)] = True
        frozen.append((parameter, is_frozen, parameter[is_frozen]))
    return frozen''',
    )


def _training(config: RunConfig, steps: int, *, has_frozen: bool) -> Part:
    answers = _ANSWERS[config.problem]
    has_schedule, has_penalty = config.schedule != "constant", bool(config.l1 or config.l2)
    decay = ", weight_decay=WEIGHT_DECAY" if _has_decay(config) else ""
    code = f'''\
def train(steps):
    """Train for so many steps; and return the loss of each step's points, as it was before the step."""
    draw_first_weights()
{"    dropping.manual_seed(4 * SEED + 2)" if _is_dropping(config) else _NO_LINE}
{"    frozen = freeze()" if has_frozen else _NO_LINE}
    inputs, {answers} = examples(TRAINING_POINTS)
    optimizer = torch.optim.{_OPTIMIZERS[config.optimizer]}{decay})
{"    steps_per_epoch = math.ceil(len(inputs) / BATCH_SIZE)" if has_schedule else _NO_LINE}
    losses = []
    for step, batch in zip(range(steps), batches(len(inputs))):
        if step % {_report_interval(steps)} == 0:
            report(step)
{_SCHEDULE_LINES if has_schedule else _NO_LINE}
        loss = loss_function(model(inputs[batch]), {answers}[batch])
        losses.append(loss.item())
        optimizer.zero_grad()
        {"(loss + penalty())" if has_penalty else "loss"}.backward()
{_FROZEN_GRADIENT_LINES if has_frozen else _NO_LINE}
{"        nn.utils.clip_grad_norm_(model.parameters(), GRADIENT_CLIP)" if config.gradient_clip else _NO_LINE}
        optimizer.step()
{_FROZEN_VALUE_LINES if has_frozen else _NO_LINE}
    report(steps)
    return losses'''
    return Part("The training.", code.replace(f"{_NO_LINE}\n", ""))


_NO_LINE: Final = "\0"
"""Stands for a line that a run does not need."""

_SCHEDULE_LINES: Final = """\
        epoch = step // steps_per_epoch + step % steps_per_epoch * BATCH_SIZE / len(inputs)
        optimizer.param_groups[0]["lr"] = learning_rate(epoch)"""
_FROZEN_GRADIENT_LINES: Final = """\
        for parameter, is_frozen, _ in frozen:
            parameter.grad[is_frozen] = 0"""
_FROZEN_VALUE_LINES: Final = """\
        for parameter, is_frozen, kept in frozen:
            parameter.data[is_frozen] = kept"""


def _data(record: RunRecord, give_way: Callable[[], None]) -> Part:
    checkpoint = record.checkpoint
    config, dataset = checkpoint.config, checkpoint.dataset
    what = "value" if config.problem == "regression" else "class"
    lists = [("TRAINING_POINTS", True)] + [("TEST_POINTS", False)] * (not dataset.is_train.all())
    code = [
        f"{name} = [\n{in_one(point_rows(dataset, config, is_train=is_train), give_way)}\n]" for name, is_train in lists
    ]
    if checkpoint.frozen:
        frozen = in_one(frozen_rows(checkpoint), give_way)
        code.append(
            f"# By the name of its tensor: the place of each frozen weight, and its value.\nFROZEN = {{\n{frozen}\n}}"
        )
    return Part("The points.", f"# x, y and {what} of each point.\n" + "\n\n".join(code))


def _has_decay(config: RunConfig) -> bool:
    """Whether its weight decay is not what the optimizer has without being told."""
    return config.weight_decay is not None and (config.optimizer == "adamw" or config.weight_decay > 0)


def _is_dropping(config: RunConfig) -> bool:
    return config.dropout > 0 and bool(config.hidden_layers)


def _report_interval(steps: int) -> int:
    """A round number of steps that is not much less than a tenth of all."""
    if steps <= _REPORTS:
        return 1
    power = int(10 ** floor(log10(steps / _REPORTS)))
    return max(power * factor for factor in (1, 2, 5) if power * factor * _REPORTS <= steps)
