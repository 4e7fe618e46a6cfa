"""What is saved with a run, and what then lies on the disk."""

from pathlib import Path

from backend.logic.run_record import RunRecord
from backend.runs.writing import GiveWay, Maker

OWN_FILES = [
    *("config.json", "points.csv", "labelmap.json", "labelmap.sha256", "history.csv", "changes.jsonl"),
    *("model.safetensors", "state.json", "state.safetensors", "env.json", "manifest.json"),
]


def makes(file: str, text: str = "made") -> Maker:
    """A maker of one file, or of one in a folder."""

    def make(_: RunRecord, folder: Path, give_way: GiveWay) -> None:
        give_way()
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_text(text)

    return Maker(file.split("/", maxsplit=1)[0], make)


def everything_in(directory: Path) -> set[str]:
    return {path.relative_to(directory).as_posix() for path in directory.rglob("*")}
