"""`labelmap.json`: what the classes are called and which colour the page gives them, and its checksum."""

from backend.logic.config import MAX_CLASSES
from backend.runs.colors import CLASS_COLORS
from backend.runs.layout import LABELS, canonical_json, sha256


def class_name(label: int) -> str:
    """What a class is called."""
    return f"Class {label}"


def labels_bytes(classes: int) -> bytes:
    """`labelmap.json` of so many classes, MAX_CLASSES at most."""
    return canonical_json(
        {
            str(label): {"name": class_name(label), "color": CLASS_COLORS[label]}
            for label in range(min(classes, MAX_CLASSES))
        }
    )


def labels_checksum(labels: bytes) -> bytes:
    """`labelmap.sha256` of a `labelmap.json`, as sha256sum writes and checks it."""
    return f"{sha256(labels)}  {LABELS}\n".encode()
