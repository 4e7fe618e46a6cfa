"""What a command is told: its arguments and the environment, made into an order."""

import argparse
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from backend.arguments import COMMANDS, PROGRAM, SMOKE, Parser, add_settings, settings_of
from backend.command_line.orders import (
    EvaluateOrder,
    ListOrder,
    Order,
    PruneOrder,
    ShowOrder,
    SmokeOrder,
    Speech,
    TrainOrder,
)
from backend.setting_values import SettingError, whole
from backend.settings import Settings

MOST_STEPS: Final = 100_000_000
_whole_days: Final = whole(0, 36_500)

_TRAIN_MORE: Final = """The same engine as the page's, on the same machine and versions
with the same result: the same points, settings, seed and changes at the same steps end with the same checkpoint_id.
The run is saved as one of the page is."""
_EVALUATE_MORE: Final = """Checksums, names, every figure of metrics.json and
baseline.json and the last row of history.csv are had once more and compared. The course before that is not: who changes
files can change manifest.json too. To train it again is the proof."""
_PRUNE_MORE: Final = """Nothing outside the directory of the runs is touched, and no link is
followed. What index.jsonl does not list stays."""


def order_of(arguments: Sequence[str], environment: Mapping[str, str]) -> Order:
    """What the arguments ask for; the first of them is one of COMMANDS, or SMOKE.

    Raises:
        SystemExit: with status 2 and a line that says what is wrong, or 0 for --help.
    """
    first, *others = arguments
    given = vars(_parser().parse_args([first.removeprefix("--"), *others]))
    # The parser of the command itself, so that what is wrong is said in its name.
    settings = settings_of(given["parser"], given, environment)
    make: Callable[[dict[str, Any], Settings], Order] = given["make"]
    return make(given, settings)


def _speech(given: dict[str, Any]) -> Speech:
    return Speech(as_json=given["as_json"], is_quiet=given["is_quiet"])


def _parser() -> Parser:
    parser = Parser(prog=PROGRAM, allow_abbrev=False)
    commands = parser.add_subparsers(required=True)
    _add_train(commands)
    _add_evaluate(commands)
    _add_runs(commands)
    smoke = _command(commands, SMOKE.removeprefix("--"), "Train a little, look at it, and tell whether all is well.")
    smoke.set_defaults(make=lambda given, _: SmokeOrder(_speech(given)))
    return parser


def _command(commands: Any, name: str, sentence: str, more: str = "") -> Parser:  # noqa: ANN401 - argparse has no name
    """A parser of one command, with what all of them take."""
    parser: Parser = commands.add_parser(
        name,
        help=sentence,
        description=f"{sentence} {more}".strip(),
        allow_abbrev=False,
    )
    parser.add_argument("--json", dest="as_json", action="store_true", help="Write results as JSON.")
    parser.add_argument(
        "--quiet", dest="is_quiet", action="store_true", help="Say nothing but results and what goes wrong."
    )
    parser.set_defaults(parser=parser)
    return parser


def _add_train(commands: Any) -> None:  # noqa: ANN401 - argparse has no name for it
    parser = _command(commands, "train", COMMANDS["train"], _TRAIN_MORE)
    parser.add_argument("config", type=Path, metavar="config.json", help="The settings of the run.")
    parser.add_argument(
        "points",
        type=Path,
        metavar="points.csv",
        help="Its points: those of a saved run, or any with the columns x,y,label or x,y,label,value.",
    )
    parser.add_argument(
        "--steps", type=_read_by(whole(0, MOST_STEPS)), required=True, metavar="N", help="How many steps to make."
    )
    parser.add_argument(
        "--changes",
        type=Path,
        metavar="changes.jsonl",
        help="What was changed on the way, of a saved run: the same is changed at the same steps.",
    )
    parser.add_argument("--fiftyone", action="store_true", help="Write the files for FiftyOne as well.")
    parser.add_argument("--out", dest="runs_dir", metavar="VALUE", help="The same as --runs-dir.")
    add_settings(parser, ("runs_dir", "tensorboard", "native", "device", "kept_days", "verify_timeout_s"))
    parser.set_defaults(
        make=lambda given, settings: TrainOrder(
            given["config"],
            given["points"],
            given["changes"],
            given["steps"],
            settings,
            given["fiftyone"],
            _speech(given),
        )
    )


def _add_evaluate(commands: Any) -> None:  # noqa: ANN401 - argparse has no name for it
    parser = _command(commands, "evaluate", COMMANDS["evaluate"], _EVALUATE_MORE)
    parser.add_argument("run", type=Path, metavar="RUN", help="Its folder, the one with config.json, or its zip.")
    parser.add_argument("--all", action="store_true", help="Tell also what is the same.")
    parser.set_defaults(make=lambda given, _: EvaluateOrder(given["run"], given["all"], _speech(given)))


def _add_runs(commands: Any) -> None:  # noqa: ANN401 - argparse has no name for it
    runs = commands.add_parser("runs", help=COMMANDS["runs"], description=COMMANDS["runs"], allow_abbrev=False)
    kinds = runs.add_subparsers(required=True, metavar="list|show|prune")
    listing = _command(kinds, "list", "List the saved runs, the oldest first.")
    listing.set_defaults(make=lambda given, settings: ListOrder(settings.runs_dir, _speech(given)))
    show = _command(kinds, "show", "Show what is known of a saved run.")
    show.add_argument("name", metavar="ID", help="The beginning of its run_id or of its checkpoint_id.")
    show.set_defaults(make=lambda given, settings: ShowOrder(settings.runs_dir, given["name"], _speech(given)))
    prune = _command(kinds, "prune", "Delete old runs, and name each of them.", _PRUNE_MORE)
    prune.add_argument(
        "--older-than",
        type=_read_by(_days),
        metavar="DAYS",
        help="Delete what was saved longer ago, such as 90d. (what is kept longer than it is meant to be)",
    )
    prune.add_argument("--dry-run", action="store_true", help="Only name them.")
    prune.set_defaults(
        make=lambda given, settings: PruneOrder(
            settings.runs_dir, given["older_than"], given["dry_run"], _speech(given)
        )
    )
    for parser in (listing, show, prune):
        add_settings(parser, ("runs_dir",))


def _read_by(read: Callable[[str], int]) -> Callable[[str], int]:
    """A reader as argparse wants it."""

    def converted(value: str) -> int:
        try:
            return read(value)
        except SettingError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return converted


def _days(value: str) -> int:
    """A number of days: 90 or 90d.

    Raises:
        SettingError: it is none.
    """
    return _whole_days(value.removesuffix("d"))
