"""Which threads of ours there are."""

import threading


def trainer_threads() -> set[threading.Thread]:
    """The training threads that are alive."""
    return {thread for thread in threading.enumerate() if thread.name == "trainer"}
