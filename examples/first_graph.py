"""Draws the picture that moves at the head of the README: a neuron, computed forward, then swept back, wire by wire."""

import re
import xml.etree.ElementTree as ElementTree
from pathlib import Path

from autograd_mini import Picture, Value, draw, tanh, write_whole
from autograd_mini.drawing.themes import LIGHT, write_variables
from autograd_mini.reverse import history

SVG = "{http://www.w3.org/2000/svg}"
BEAT, REST = 0.7, 5  # seconds for each step; steps for which the whole is left standing


def neuron() -> Value:
    x0, x1 = Value(2.0, label="x0"), Value(0.0, label="x1")
    w0, w1 = Value(-3.0, label="w0"), Value(1.0, label="w1")
    bias = Value(6.9, label="bias")
    output: Value = tanh(w0 * x0 + w1 * x1 + bias)
    output.label = "output"
    output.backward()
    return output


def picture(theme: str = "light") -> Picture:
    return draw(neuron(), theme=theme)


def moving() -> str:
    """The picture as an SVG that plays by itself, in the reader's colours; who wants no motion sees all at once."""
    ElementTree.register_namespace("", SVG[1:-1])
    light, dark = (ElementTree.fromstring(picture(theme).svg) for theme in ("light", "dark"))
    beats = _set_beats(light)
    motion = "\n".join(_keyframes(beat, beats) for beat in range(beats - REST))
    style = ElementTree.Element("style")
    style.text = (
        f"\n{write_variables()}@media (prefers-color-scheme: dark) {{\n{_recolour(light, dark)}\n}}\n"
        f"@media (prefers-reduced-motion: no-preference) {{\n{motion}\n}}\n"
    )
    light.insert(0, style)
    return ElementTree.tostring(light, encoding="unicode")


def _set_beats(svg: ElementTree.Element) -> int:
    """Mark what appears at which beat, as class b0, b1, …; give how many beats there are in all.

    In a picture n3 is the fourth node by birth, and e7_1 the wire from the second input of the eighth.
    """
    groups = {group.get("id", ""): group for group in svg.iter(f"{SVG}g")}
    cards = sorted((name for name in groups if re.fullmatch(r"n\d+", name)), key=_birth)
    computed = [name for name in cards if f"e{name[1:]}_0" in groups]
    wires = [f"e{name[1:]}_{k}" for name in reversed(computed) for k in (0, 1) if f"e{name[1:]}_{k}" in groups]
    for beat, name in enumerate(computed):
        for part in (name, *(part for part in groups if part.startswith(f"e{name[1:]}_"))):
            _mark(groups[part], beat)
    seed = len(computed)
    _mark_back(groups[cards[-1]], seed)
    nodes = history(neuron())[::-1]
    numbers = {node: i for i, node in enumerate(nodes)}
    arrives: dict[str, int] = {}
    for beat, wire in enumerate(wires, start=seed + 1):
        _mark_back(groups[wire], beat)
        for part in (f"{wire}_start", f"{wire}_end"):
            for line in groups[part].iter(f"{SVG}path"):
                line.set("class", f"w{beat}")
        node, k = map(int, wire[1:].split("_"))
        arrives[f"n{numbers[nodes[node].inputs[k]]}"] = beat  # of several the last, when the sum is whole
    for name, beat in arrives.items():
        _mark_back(groups[name], beat)
    return seed + len(wires) + 1 + REST


def _birth(name: str) -> int:
    return int(name[1:])


def _mark(part: ElementTree.Element, beat: int) -> None:
    part.set("class", f"{part.get('class', '')} b{beat}".strip())


def _mark_back(group: ElementTree.Element, beat: int) -> None:
    for text in group.iter(f"{SVG}text"):
        if text.get("fill") == LIGHT.gradient:
            _mark(text, beat)


def _keyframes(beat: int, beats: int) -> str:
    """What belongs to a beat is hidden until then, and again at the very end; its wire is lit during the beat."""
    shown, after = 100 * (beat + 1) / beats, 100 * (beat + 2) / beats
    plays, line = f"{BEAT * beats:.1f}s infinite", "stroke: var(--line); stroke-width: 1"
    return (
        f".b{beat} {{ animation: b{beat} {plays} }} .w{beat} {{ animation: w{beat} {plays} }}\n"
        f"@keyframes b{beat} {{ 0%, {shown - 2:.1f}% {{ opacity: 0 }} {shown:.1f}%, 98% {{ opacity: 1 }} "
        f"100% {{ opacity: 0 }} }}\n"
        f"@keyframes w{beat} {{ 0%, {shown - 1:.1f}%, {after:.1f}%, 100% {{ {line} }} {shown:.1f}%, {after - 1:.1f}% "
        f"{{ stroke: var(--orange); stroke-width: 3 }} }}"
    )


def _recolour(light: ElementTree.Element, dark: ElementTree.Element) -> str:
    """The rules that make one picture of the other, whose shapes are the same; the paper is white, as cards are."""
    paper, *others = [
        (kind, part.get(kind), other.get(kind))
        for part, other in zip(light.iter(), dark.iter(), strict=True)
        for kind in ("fill", "stroke")
        if part.get(kind) != other.get(kind)
    ]
    sheet = next(light.iter(f"{SVG}polygon"))
    sheet.set("class", "paper")
    rules = [f'[{kind}="{now}"] {{ {kind}: {then} }}' for kind, now, then in dict.fromkeys(others)]
    return "\n".join([*rules, f".paper[fill] {{ fill: {paper[2]} }}"])


if __name__ == "__main__":
    path = Path(__file__).parent.parent / "docs" / "first_graph.svg"
    write_whole(path, moving().encode())
    print(f"drew {path}")
