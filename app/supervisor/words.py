"""What the person at the machine reads."""

from collections.abc import Callable

Say = Callable[[str], None]


class StartError(Exception):
    """Why it does not start, in one sentence with the next step."""
