"""The language that pictures and pages speak; their sentences are written in English, where they are said."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from .errors import DrawingError, brief

LANGUAGES = ("en", "ko")

_spoken = ContextVar("spoken", default="en")


@contextmanager
def language(name: str) -> Iterator[None]:
    """A context in which pictures and pages are made in a language: "en", English, or "ko", Korean.

    They go on speaking it when they are saved or shown later. Labels, titles, numbers, and names of operations stay as
    they are. Raises DrawingError for another language.

    >>> from autograd_mini import Value, language, step_through
    >>> with language("ko"):
    ...     page = step_through(Value(2.0, label="x"))
    >>> page.title
    'x: 한 걸음씩'
    """
    if not isinstance(name, str) or name not in LANGUAGES:
        raise DrawingError(f"pictures and pages speak {' and '.join(map(repr, LANGUAGES))}; got {brief(name)}")
    before = _spoken.set(name)
    try:
        yield
    finally:
        _spoken.reset(before)


def spoken() -> str:
    """The language that is spoken here.

    >>> spoken()
    'en'
    """
    return _spoken.get()


def translations() -> Mapping[str, str]:
    """For each English sentence that of the language spoken; none where that is English.

    >>> with language("ko"):
    ...     translations()["the output"]
    '출력'
    """
    if spoken() == "en":
        return {}
    from .korean import KOREAN

    return KOREAN


def say(english: str, *given: object) -> str:
    """A sentence of this package in the language spoken; {0}, {1}, … in it stand for what is given.

    >>> say("{0} uses", 3)
    '3 uses'
    """
    return translations().get(english, english).format(*given)


def say_rule(words: str) -> str:
    """A rule in words, in the language spoken; as it is where it is a user's, whatever sentence it is like.

    >>> with language("ko"):
    ...     say_rule("the mean of each window"), say_rule("the output")
    ('창마다 평균', 'the output')
    """
    if spoken() == "en":
        return words
    from .korean import RULES

    return RULES.get(words, words)
