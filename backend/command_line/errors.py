"""How a command can end otherwise than well; `main` has the exit status of each."""


class WrongUsageError(Exception):
    """What was given cannot be used; the text is a sentence that names it."""


class FailedError(Exception):
    """What was wanted did not succeed; the text is a sentence that says why."""
