"""Runs a train.py by itself: `python -I script_process.py train.py 200 curve.json` writes the loss of each step."""

import importlib.util
import json
import os
import sys
from pathlib import Path


def main(script: str, steps: str, curve: str) -> None:
    """Have a script train for so many steps, with less of a busy machine than the server has."""
    if hasattr(os, "nice"):
        os.nice(5)
    spec = importlib.util.spec_from_file_location("train", script)
    if spec is None or spec.loader is None:
        raise FileNotFoundError(script)
    train = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(train)
    Path(curve).write_text(json.dumps(train.train(int(steps))), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
