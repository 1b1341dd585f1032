"""Words of others, made fit to be shown: on one line, not too long, without letters that hide or turn it around."""

import re

# Control letters, what turns the reading round, lone surrogates, and what XML has no room for.
UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")


def clean(words: str) -> str:
    r"""Words on one line, of letters that show as themselves.

    >>> clean("a\nb\0")
    'a b�'
    """
    return UNSHOWN.sub("�", re.sub(r"\s", " ", words))


def cut(words: str, most: int) -> str:
    """Words of so many letters at most.

    >>> cut("the weights of the first layer", 12)
    'the weights…'
    """
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"
