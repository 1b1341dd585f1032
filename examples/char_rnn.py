"""An LSTM learns a nursery rhyme letter by letter; what it says then are verses of it, if not in their order."""

from typing import Any

import numpy as np

import nn
from autograd_mini import no_grad

PARTS = (
    ("house", "that Jack built"),
    ("malt", "that lay in"),
    ("rat", "that ate"),
    ("cat", "that killed"),
)


def rhyme() -> str:
    """The House that Jack Built: each verse goes through all before it, so what comes next depends on long ago."""
    verses = []
    for count in range(1, len(PARTS) + 1):
        told = [f"the {what} {does}" for what, does in reversed(PARTS[:count])]
        verses.append(f"this is {' '.join(told)}.\n")
    return "".join(verses)


class Reciter(nn.Module):
    """The scores of the letter that comes next, of every letter of a text, and the state after the last."""

    def __init__(self, letters: int, hidden: int, rng: np.random.Generator) -> None:
        self.embedding = nn.Embedding(letters, 16, rng=rng)
        self.lstm = nn.LSTM(16, hidden, rng=rng)
        self.scores = nn.Linear(hidden, letters, initializer=nn.lecun_normal, rng=rng)

    def forward(self, text: Any, state: Any = None) -> tuple[Any, Any]:
        """text: (n, time) numbers of letters; gives (n, time, letters) and the LSTM's state."""
        outputs, state = self.lstm(self.embedding(text), state)
        return self.scores(outputs), state


def learn(model: Reciter, text: Any, *, steps: int, lr: float = 0.02) -> list[float]:
    """Read the text from its beginning, as one sequence, so many times; gives the mean surprise at each letter."""
    optimizer, losses = nn.Adam(model.parameters(), lr), []
    for step in range(steps):
        optimizer.lr = lr * nn.cosine(steps)(step)
        optimizer.zero_grad()
        scores, _ = model(text[None, :-1])
        loss = nn.cross_entropy(scores[0], text[1:])
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


@no_grad()
def recite(model: Reciter, first: int, length: int) -> list[int]:
    """The likeliest letter after each, so many, the model hearing what it says."""
    said, state = [first], None
    for _ in range(length - 1):
        scores, state = model(np.array([[said[-1]]]), state)
        said.append(int(scores.data[0, 0].argmax()))
    return said


def main(steps: int = 100) -> str:
    """Learn, and print what is said when it has to begin; gives it."""
    alphabet, text = np.unique(list(rhyme()), return_inverse=True)
    model = Reciter(len(alphabet), 48, np.random.default_rng(0))
    losses = learn(model, text, steps=steps)
    said = "".join(alphabet[recite(model, text[0], len(text))])
    print(f"surprise at a letter: {losses[0]:.2f} at first, {losses[-1]:.3f} in the end\n")
    print(said)
    return said


if __name__ == "__main__":
    main()
