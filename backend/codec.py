"""`decode` and `encode`: the only ways of a message in and out."""

from typing import Final

import msgspec
from msgspec import Struct

from backend.client_fields import MessageId
from backend.client_messages import AddPoints, ChangePoints, Command, Restore
from backend.errors import InvalidFieldError, MalformedError, MessageTooBigError, UnknownTypeError
from backend.field_refusals import field_refusal
from backend.server_messages import Reply
from backend.settings import BULK_MESSAGE_BYTES, MESSAGE_BYTES

_decoder: Final[msgspec.json.Decoder[Command]] = msgspec.json.Decoder(Command)
_encoder: Final = msgspec.json.Encoder()

MESSAGE_TYPES: Final = frozenset(str(kind.__struct_config__.tag) for kind in Command.__args__)
"""The types of all client messages."""
_BULK: Final = (AddPoints, ChangePoints, Restore)
_BULK_TYPES: Final = frozenset(str(kind.__struct_config__.tag) for kind in _BULK)


class _Envelope(Struct):
    """What can be said of a message that is otherwise wrong."""

    type: msgspec.Raw = msgspec.Raw(b"null")
    id: msgspec.Raw = msgspec.Raw(b"null")


_envelope_decoder: Final = msgspec.json.Decoder(_Envelope)
_type_decoder: Final = msgspec.json.Decoder(str)
_id_decoder: Final[msgspec.json.Decoder[int | None]] = msgspec.json.Decoder(MessageId | None)


def decode(text: str, *, message_bytes: int = MESSAGE_BYTES, bulk_message_bytes: int = BULK_MESSAGE_BYTES) -> Command:
    """The message that a text means.

    Args:
        text: as it came.
        message_bytes: how large it may be.
        bulk_message_bytes: how large it may be if it brings many points.

    Raises:
        MessageTooBigError: it has more bytes than its type may have.
        MalformedError: it is not JSON, or not an object.
        UnknownTypeError: its type is missing or unknown.
        InvalidFieldError: a field is missing, unknown, of the wrong type or out of bounds.
    """
    _check_size(text, allowed=bulk_message_bytes)
    try:
        command = _decoder.decode(text)
    except (msgspec.DecodeError, RecursionError) as error:
        _check_size(text, allowed=bulk_message_bytes if _type_of(text) in _BULK_TYPES else message_bytes)
        raise _refusal(text, error) from error
    _check_size(text, allowed=bulk_message_bytes if isinstance(command, _BULK) else message_bytes)
    return command


def id_of(text: str) -> int | None:
    """The id of a message that may be wrong in every other way, None if it has none."""
    try:
        return _id_decoder.decode(_envelope_decoder.decode(text).id)
    except (msgspec.DecodeError, RecursionError):
        return None


def encode(message: Reply) -> str:
    """The text of a message; numbers that are not finite become null."""
    return _encoder.encode(message).decode()


def _check_size(text: str, *, allowed: int) -> None:
    if len(text) > allowed or len(text.encode()) > allowed:
        raise MessageTooBigError


def _type_of(text: str) -> str | None:
    """The type of a message that may be wrong in every other way, None if it has none."""
    try:
        return _type_decoder.decode(_envelope_decoder.decode(text).type)
    except (msgspec.DecodeError, RecursionError):
        return None


def _refusal(text: str, error: Exception) -> MalformedError | UnknownTypeError | InvalidFieldError:
    """Why a text is no message, as a sentence for a person."""
    if isinstance(error, RecursionError):
        return MalformedError("The message is nested too deeply.")
    if not isinstance(error, msgspec.ValidationError):
        return MalformedError(f"This is not JSON: {error}.")
    try:
        _envelope_decoder.decode(text)
    except RecursionError:
        return MalformedError("The message is nested too deeply.")
    except msgspec.DecodeError:
        return MalformedError("A message must be a JSON object.")
    if _type_of(text) not in MESSAGE_TYPES:
        return UnknownTypeError("The message has no type that this server knows.", "type")
    return field_refusal(str(error))
