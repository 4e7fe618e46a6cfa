"""Settings: what whoever starts the server may choose, from the command line and the environment.

Each field carries its unit, its sentence and its reader; arguments.py reads arguments and variables, and writes --help.
The contract is specs/005-holds/contracts/limits.md; a test compares it, and `.env.example`, with the fields.
"""

import dataclasses
from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path
from typing import Final

from backend.fineness import FINEST_SIDE
from backend.logic.config import MAX_POINTS
from backend.setting_fields import described, setting
from backend.setting_values import (
    SettingError,
    choice,
    directory,
    names,
    networks,
    port,
    seconds,
    token,
    whole,
    word,
    yes_or_no,
)

DEFAULT_PORT: Final = 8888
ALL_ADDRESSES: Final = "0.0.0.0"  # noqa: S104 - listened on only where that is asked for
EVERYWHERE: Final = frozenset({ALL_ADDRESSES, "::"})
LOOPBACK_NAMES: Final = frozenset({"localhost", "127.0.0.1", "::1"})
MOST_PARAMETERS: Final = 100_000
"""The largest network that a config can have stays below."""
MESSAGE_BYTES: Final = 64 * 1024
BULK_MESSAGE_BYTES: Final = 512 * 1024
"""For ADD_POINTS, CHANGE_POINTS and RESTORE: 5,000 rows, all digits of their numbers written out."""

_YEAR_S: Final = 365 * 86_400
_count: Final = whole(1, 1_000_000)
_percent: Final = whole(1, 100)
_KiB: Final = 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can be set.

    Raises:
        SettingError: two of them do not go together.
    """

    host: str | None = setting(
        None, word, "The address to listen on; 0.0.0.0 is all.", unset=f"127.0.0.1, or {ALL_ADDRESSES} with --class"
    )
    port: int | None = setting(
        None, port, "The port to listen on; 0 takes a free one.", unset=f"{DEFAULT_PORT}, or the next free one"
    )
    open: bool | None = setting(
        None, yes_or_no, "Open the page in a browser.", unset="if there is a screen, but not under CI or over SSH"
    )
    allowed_hosts: tuple[str, ...] = setting(
        (), names, "More names by which browsers may call the server, comma-separated.", unset="none"
    )
    token: str | None = setting(
        None,
        token,
        "The secret that opens the server; rather a variable than an argument, which other users of the machine see.",
        unset="none: everybody may come in",
    )
    classroom: bool = setting(
        default=False,
        read=yes_or_no,
        sentence="Listen in the whole network, with a token, and show its link for the class.",
        option="--class",
    )
    trusted_proxies: tuple[IPv4Network | IPv6Network, ...] = setting(
        (),
        networks,
        "The proxies, as addresses or networks, comma-separated, that are believed who calls.",
        unset="none",
        option="--trusted-proxy",
    )
    max_sessions: int = setting(500, _count, "Sessions at the same time.", "sessions")
    max_connections_per_address: int = setting(
        64, _count, "Connections at the same time from one address; a class behind one router shares it.", "connections"
    )
    idle_timeout_s: float = setting(
        86_400.0, seconds(1, _YEAR_S), "A connected session in which a person does nothing for so long is ended.", "s"
    )
    resume_window_s: float = setting(
        60.0, seconds(0.01, _YEAR_S), "A session whose connection is lost is kept for so long.", "s"
    )
    unseen_training_s: float = setting(
        3_600.0, seconds(1, _YEAR_S), "Training that nobody looks at for so long is stopped.", "s"
    )
    messages_per_second: int = setting(
        240, _count, "Messages that are read from a client in a second, in the long run.", "messages/s"
    )
    message_burst: int = setting(2_000, _count, "Messages that a client may send at once.", "messages")
    bad_messages_per_minute: int = setting(
        120, _count, "A client that sends more messages than so many that are wrong is sent away.", "messages/min"
    )
    max_points: int = setting(MAX_POINTS, whole(2, MAX_POINTS), "Points of a session.", "points")
    max_parameters: int = setting(
        MOST_PARAMETERS, whole(200, MOST_PARAMETERS), "Weights and biases of a network.", "parameters"
    )
    max_map_side: int = setting(
        FINEST_SIDE, whole(8, FINEST_SIDE), "Cells in a row or a column of a map that is sent.", "cells"
    )
    max_frames_in_flight: int = setting(2, whole(1, 100), "Frames that a client may leave unacknowledged.", "frames")
    max_message_bytes: int = setting(
        MESSAGE_BYTES, whole(_KiB, MESSAGE_BYTES), "The size of a message from a client.", "bytes"
    )
    max_bulk_message_bytes: int = setting(
        BULK_MESSAGE_BYTES,
        whole(_KiB, BULK_MESSAGE_BYTES),
        "The size of a message that brings many points: ADD_POINTS, CHANGE_POINTS or RESTORE.",
        "bytes",
    )
    max_body_bytes: int = setting(65_536, whole(_KiB, _KiB**2), "The size of the body of a HTTP request.", "bytes")
    max_header_bytes: int = setting(16_384, whole(_KiB, _KiB**2), "The size of the headers of a HTTP request.", "bytes")
    request_timeout_s: float = setting(
        10.0, seconds(0.1, 3_600), "The headers of a HTTP request, and then its body, have to come within so long.", "s"
    )
    ping_interval_s: float = setting(
        20.0,
        seconds(0.1, 3_600),
        "A client of which nothing is heard for so long is pinged, and given up after as long again.",
        "s",
    )
    memory_shed_percent: int = setting(
        85, _percent, "Above so much of the memory there is, the sessions that are longest idle are ended.", "%"
    )
    memory_refuse_percent: int = setting(92, _percent, "Above so much of the memory, no new session begins.", "%")
    slow_step_s: float = setting(
        10.0, seconds(0.1, 3_600), "A training step that takes longer is given up, and its session told.", "s"
    )
    drain_s: float = setting(4.0, seconds(0.1, 3_600), "When the server ends, sessions have so long to end too.", "s")
    native: bool = setting(
        default=False, read=yes_or_no, sentence="Train small networks by compiled steps; needs requirements-native.txt."
    )
    device: str = setting(
        "cpu",
        choice("cpu", "cuda", "mps", "auto"),
        "What computes: cpu, cuda, mps, or auto, which is the cpu; nobody has tried cuda or mps yet.",
    )
    runs_dir: Path = setting(  # noqa: RUF009 - a path never changes
        Path("outputs"), directory, "The directory in which saved runs are kept."
    )
    saving: bool = setting(
        default=True,
        read=yes_or_no,
        sentence="Keep saved runs in that directory; otherwise they can only be downloaded: so a public server does.",
    )
    tensorboard: bool = setting(
        default=False, read=yes_or_no, sentence="Write files for TensorBoard into every saved run."
    )
    kept_days: int = setting(
        90, whole(1, 36_500), "A saved run is meant to be kept for so long; nothing is deleted by itself.", "days"
    )
    max_run_bytes: int = setting(
        16 * _KiB**2,
        whole(_KiB, 256 * _KiB**2),
        "The size of a run that a client brings, and of all that is packed in it.",
        "bytes",
    )
    run_upload_timeout_s: float = setting(
        60.0, seconds(0.1, 3_600), "A run that a client brings has to come in within so long.", "s"
    )
    max_run_uploads: int = setting(
        4, _count, "Runs that come in at the same time, one of a session and three quarters of an address.", "runs"
    )
    max_run_downloads: int = setting(
        16, _count, "Runs that go out at the same time, two of a session and three quarters of an address.", "runs"
    )
    run_stall_s: float = setting(
        10.0, seconds(0.1, 3_600), "A run that comes in or goes out may stand still for so long.", "s"
    )
    run_bytes_per_second: int = setting(
        16 * _KiB, _count, "A run that comes in or goes out has to be so fast, beside that time.", "bytes/s"
    )
    runs_per_minute: int = setting(
        20, _count, "How often a session may save, open or download a whole run, in the long run.", "runs/min"
    )
    max_waiting_saves: int = setting(64, _count, "Runs that may stand in the line to be saved.", "runs")
    save_timeout_s: float = setting(
        120.0, seconds(0.1, 3_600), "Saving a run may take so long, the line not counted.", "s"
    )
    verify_timeout_s: float = setting(
        30.0, seconds(0.1, 3_600), "Trying out the train.py of a run that is saved may take so long.", "s"
    )
    max_saves_per_session: int = setting(8, _count, "Saved runs that a session can download, the newest.", "runs")
    max_temporary_bytes: int = setting(
        256 * _KiB**2, whole(_KiB, 2**40), "The size of all saved runs together where they are not kept.", "bytes"
    )
    least_free_bytes: int = setting(
        256 * _KiB**2, whole(0, 2**50), "The space that saved runs leave on the disk.", "bytes"
    )
    log_level: str = setting(
        "INFO",
        choice("DEBUG", "INFO", "WARNING", "ERROR"),
        "The least of DEBUG, INFO, WARNING and ERROR that is logged.",
    )
    log_format: str = setting("text", choice("text", "json"), "How records of the log are written, as text or as json.")

    @property
    def address(self) -> str:
        """The address to listen on."""
        return self.host or (ALL_ADDRESSES if self.classroom else "127.0.0.1")

    @property
    def is_personal(self) -> bool:
        """Whether the runs that are kept are those of one person, who has started the server for nobody else.

        Others are meant by an address that reaches them, a class, a token, another name, and a proxy.
        """
        is_for_others = self.classroom or self.token is not None or self.allowed_hosts or self.trusted_proxies
        return self.saving and self.address in LOOPBACK_NAMES and not is_for_others

    def __post_init__(self) -> None:
        """See that the settings go together."""
        for lower, higher in (
            ("max_message_bytes", "max_bulk_message_bytes"),
            ("messages_per_second", "message_burst"),
        ):
            if getattr(self, lower) > getattr(self, higher):
                raise SettingError(f"{_option(lower)} is more than {_option(higher)}")
        if self.native and self.device in {"cuda", "mps"}:
            raise SettingError(f"{_option('native')} computes on the CPU, not on {self.device}: leave one of them out")
        if self.memory_shed_percent >= self.memory_refuse_percent:
            raise SettingError(f"{_option('memory_shed_percent')} is not below {_option('memory_refuse_percent')}")


def _option(name: str) -> str:
    return SETTINGS[name].option


SETTINGS: Final = {field.name: described(field) for field in dataclasses.fields(Settings)}
"""All of them, by the names of their fields."""
