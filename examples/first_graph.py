"""Draws the picture at the head of the README: a neuron after its backward sweep."""

from pathlib import Path

from autograd_mini import Picture, Value, draw, tanh


def picture() -> Picture:
    x0, x1 = Value(2.0, label="x0"), Value(0.0, label="x1")
    w0, w1 = Value(-3.0, label="w0"), Value(1.0, label="w1")
    bias = Value(6.9, label="bias")
    output = tanh(w0 * x0 + w1 * x1 + bias)
    output.label = "output"
    output.backward()
    return draw(output)


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "docs" / "first_graph.svg"
    picture().save(path)
    print(f"drew {path}")
