"""One test over many cases: hundreds of cases cost as much as their work, and every wrong one is named.

@each(PAGES, name)
def test_nothing_is_inline(path): ...

@each(product(CAUSES, ENCODINGS))          # a tuple is spread over the arguments
def test_every_cause_is_found(cause, encoding): ...
"""

from collections.abc import Callable, Iterable
from typing import Any

import pytest


def each(cases: Iterable[Any], name: Callable[[Any], str] = str) -> Callable[[Callable[..., None]], Callable[[], None]]:
    known = list(cases)

    def over_all(check: Callable[..., None]) -> Callable[[], None]:
        def every_case() -> None:
            assert known, "there is no case"
            wrong = [f"{name(case)}: {error}" for case in known if (error := complaint(check, case))]
            if wrong:
                pytest.fail(f"{len(wrong)} of {len(known)}:\n" + "\n".join(wrong), pytrace=False)

        every_case.__name__, every_case.__doc__, every_case.__module__ = check.__name__, check.__doc__, check.__module__
        return every_case

    return over_all


def complaint(check: Callable[..., None], case: Any) -> str:
    """What is wrong with this case, in the words of its assertion; nothing when it holds."""
    try:
        check(*case) if isinstance(case, tuple) else check(case)
    except (AssertionError, pytest.fail.Exception) as error:
        return str(error) or "does not hold"
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return ""
