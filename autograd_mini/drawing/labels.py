"""Words of others, made fit to be shown: on one line, not too long, without letters that hide or turn it around."""

import re
from unicodedata import east_asian_width

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


def breadth(words: str) -> int:
    """How wide words are, in letters: Korean ones, and others of East Asia, take the room of two.

    >>> breadth("loss"), breadth("손실")
    (4, 4)
    """
    return len(words) if words.isascii() else sum(1 + (east_asian_width(letter) in "WF") for letter in words)


def break_words(words: str, letters: int) -> str:
    """Words of more than so many letters in two lines, the second cut as `cut` does.

    >>> break_words("g × (softmax(logits) - target) / n", 24), break_words("g", 24)
    ('g × (softmax(logits) -\\ntarget) / n', 'g')
    """
    place = words.rfind(" ", 1, letters + 1)
    if len(words) <= letters or place < 0:
        return cut(words, letters)
    return f"{words[:place]}\n{cut(words[place + 1 :], letters)}"
