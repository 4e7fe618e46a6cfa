"""The run that training.md lets anybody have in plain PyTorch is the run that a Learner has."""

import re
import subprocess
import sys
from pathlib import Path

from torch.nn import functional as F  # noqa: N812

from backend.logic.config import RunConfig
from backend.logic.dataset import Dataset
from backend.logic.generators import generate
from backend.logic.training import Learner

CONTRACT = (Path(__file__).parents[2] / "specs/001-nn-training-viz/contracts/training.md").read_text()


def test_the_script_of_the_contract_prints_its_number_and_a_learner_has_the_same_loss() -> None:
    chapter = CONTRACT.partition("## The same run without us")[2]
    promised, script = re.search(r"prints `([\d.]+)`", chapter), re.search(r"```python\n(.*?)```", chapter, re.DOTALL)
    assert promised is not None
    assert script is not None
    printed = subprocess.run([sys.executable, "-c", script[1]], capture_output=True, text=True, check=True, timeout=60)
    assert printed.stdout.strip() == promised[1]
    config = RunConfig()
    points = Dataset.empty(config.train_fraction, config.seed).adding(generate("xor", 200, 0.0, 2, config.seed))
    learner = Learner(config, points)
    for _ in range(10 * 20):
        learner.step()
    outputs = learner.network(learner.examples.train_inputs)
    assert f"{F.cross_entropy(outputs, learner.examples.train_targets).item():.6f}" == promised[1]
