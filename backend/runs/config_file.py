"""`config.json`, read; `layout.config_bytes` writes it."""

from typing import Final

from msgspec.json import Decoder

from backend.logic.config import RunConfig
from backend.runs.decoding import check_format, decode
from backend.runs.layout import CONFIG, FORMAT


class _ConfigFile(RunConfig, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The config, and the format in which it is written."""

    format: int = FORMAT


_DECODER: Final = Decoder(_ConfigFile)


def read_config(data: bytes, file: str = CONFIG) -> RunConfig:
    """The config that a file holds; a field that it leaves out is as in `RunConfig`.

    Args:
        data: what is in the file.
        file: its name.

    Raises:
        RunFileError: it holds none, or one of a later format.
    """
    check_format(data, file)
    found = decode(data, _DECODER, file)
    return RunConfig(**{name: getattr(found, name) for name in RunConfig.__struct_fields__})
