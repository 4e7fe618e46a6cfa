"""What a person can ask for that cannot be done: one class for each reaction."""


class RefusedError(Exception):
    """A request that is refused; nothing has changed. Its text is a sentence for a person.

    Args:
        message: the sentence.
        path: where in the request the reason lies, if it is a field.
    """

    def __init__(self, message: str, path: str | None = None) -> None:
        super().__init__(message)
        self.path = path


class FieldError(RefusedError):
    """A value that is right by itself but not for this session."""


class LimitError(RefusedError):
    """The change would pass a limit."""


class UnknownPointError(RefusedError):
    """A point id that is not there."""


class TransitionError(RefusedError):
    """The state of the run does not allow it."""


class NotTrainableError(RefusedError):
    """Training needs other points first."""
