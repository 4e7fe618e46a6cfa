"""How a command can end otherwise than well; see main.STATUSES."""


class WrongUsageError(Exception):
    """What was given cannot be used; the text is a sentence that names it."""


class FailedError(Exception):
    """What was wanted did not succeed; the text is a sentence that says why."""


class InterruptedByPersonError(Exception):
    """Somebody ended the command; the text is a sentence that says what is lost by that."""
