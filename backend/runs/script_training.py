"""The parts of a script that train: the loss, the learning rate, the batches, the loop."""

from math import floor, log10
from typing import Final

from backend.logic.config import OptimizerName, RunConfig
from backend.runs.script_network import ANSWERS, Part

_REPORTS: Final = 10
"""So often, or up to twice that, a script tells how far it is."""
_OPTIMIZERS: Final[dict[OptimizerName, tuple[str, str]]] = {
    "sgd": ("SGD", ""),
    "momentum": ("SGD", ", momentum=0.9"),
    "nesterov": ("SGD", ", momentum=0.9, nesterov=True"),
    "adam": ("Adam", ""),
    "adamw": ("AdamW", ""),
    "rmsprop": ("RMSprop", ""),
    "adagrad": ("Adagrad", ""),
}
"""Its class, and what that is told beside the learning rate."""
_WIDTH: Final = 96
"""Letters in a line of a function, behind the four that it is moved in."""
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


def loss_part(config: RunConfig) -> Part:
    """The loss, and the penalties if there are some."""
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


def learning_rate_part(config: RunConfig) -> Part:
    """The schedule of the learning rate."""
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


def batches_part() -> Part:
    """The points of each step."""
    return Part(
        "Which points each step learns from.",
        '''\
def batches(count):
    """The numbers of the points for each step: pass after pass over all, each in a new order."""
    order = random_numbers(1)
    while True:
        yield from torch.randperm(count, generator=order).split(BATCH_SIZE)''',
    )


def report_part(config: RunConfig, *, has_test: bool) -> Part:
    """What the script prints."""
    answers = ANSWERS[config.problem]
    body = [
        f"inputs, {answers} = examples(points)",
        "outputs = model(inputs)",
        f"loss = loss_function(outputs, {answers})",
    ]
    text = "loss {loss:.6f}"
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
    if is_dropping(config):
        body = ["model.eval()", *body, "model.train()"]
    lines = ["@torch.no_grad()", "def report(step):", '    """Tell how well the model does after so many steps."""']
    return Part("How well it does.", "\n".join([*lines, *(f"    {line}" for line in body)]))


def freezing_part() -> Part:
    """What keeps frozen weights as they are."""
    return Part(
        "Frozen weights keep their values.",
        '''\
@torch.no_grad()
def freeze():
    """Give the frozen weights their values; return, for each tensor, which and what they are."""
    frozen = []
    for name, parameter in model.named_parameters():
        is_frozen = torch.zeros_like(parameter, dtype=torch.bool)
        for *place, value in FROZEN.get(name, []):
            parameter[tuple(place)] = value
            is_frozen[tuple(place)] = True
        frozen.append((parameter, is_frozen, parameter[is_frozen]))
    return frozen''',
    )


def training_part(config: RunConfig, steps: int, *, has_frozen: bool) -> Part:
    """The loop."""
    answers = ANSWERS[config.problem]
    has_schedule, has_penalty = config.schedule != "constant", bool(config.l1 or config.l2)
    code = f'''\
def train(steps):
    """Train for so many steps; return the loss of each step's points, as it was before the step."""
    draw_first_weights()
{"    dropping.manual_seed(4 * SEED + 2)" if is_dropping(config) else _NO_LINE}
{"    frozen = freeze()" if has_frozen else _NO_LINE}
    inputs, {answers} = examples(TRAINING_POINTS)
    {_optimizer(config)}
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


def _optimizer(config: RunConfig) -> str:
    """What makes the optimizer, in three lines if it is too much for one."""
    name, options = _OPTIMIZERS[config.optimizer]
    told = f"model.parameters(), lr=LEARNING_RATE{options}"
    if has_decay(config):
        told += ", weight_decay=WEIGHT_DECAY"
    line = f"optimizer = torch.optim.{name}({told})"
    if len(line) <= _WIDTH:
        return line
    return f"optimizer = torch.optim.{name}(\n        {told}\n    )"


def has_decay(config: RunConfig) -> bool:
    """Whether its weight decay is not what the optimizer has without being told."""
    return config.weight_decay is not None and (config.optimizer == "adamw" or config.weight_decay > 0)


def is_dropping(config: RunConfig) -> bool:
    """Whether units are left out."""
    return config.dropout > 0 and bool(config.hidden_layers)


def _report_interval(steps: int) -> int:
    """A round number of steps that is not much less than a tenth of all."""
    if steps <= _REPORTS:
        return 1
    power = int(10 ** floor(log10(steps / _REPORTS)))
    return max(power * factor for factor in (1, 2, 5) if power * factor * _REPORTS <= steps)
