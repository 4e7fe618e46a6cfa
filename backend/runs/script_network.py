"""The parts of a script that say what is trained: what is seen of the points, the network, its first weights."""

from typing import Final, NamedTuple

from backend.logic.config import Feature, Initialisation, Problem, RunConfig
from backend.runs.modules import DROPOUT, SINE, module_texts

ANSWERS: Final[dict[Problem, str]] = {"classification": "labels", "regression": "values"}
_FEATURES: Final[dict[Feature, str]] = {
    "x1": "x",
    "x2": "y",
    "x1_squared": "x * x",
    "x2_squared": "y * y",
    "x1_x2": "x * y",
    "sin_x1": "torch.sin(x)",
    "sin_x2": "torch.sin(y)",
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


def examples_part(config: RunConfig) -> Part:
    """What the network is given for a point, and what it shall answer."""
    answers = ANSWERS[config.problem]
    given = ", ".join(_FEATURES[name] for name in config.features)
    found = "values.unsqueeze(1)" if config.problem == "regression" else "labels.long()"
    one = "value" if config.problem == "regression" else "class"
    return Part(
        "What the network sees of a point, and what it shall answer.",
        f'''\
def examples(points):
    """What the network is given for each point, and the {one} that it shall answer."""
    x, y, {answers} = torch.tensor(points).T
    inputs = torch.stack([{given}], dim=1)
    return inputs, {found}''',
    )


def network_part(config: RunConfig) -> Part:
    """The nn.Sequential, and the modules that PyTorch does not have."""
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
    """Leaves units out of a step, each with the chance DROPOUT; the others make up for it."""

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


def first_weights_part(config: RunConfig) -> Part:
    """The weights of the seed, in the order in which training.md draws them."""
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
