"""The view of a graph: of each part its card and its arrows, in words and numbers."""

from collections import defaultdict
from collections.abc import Sequence
from functools import cache
from typing import Any

import numpy as np

from ..constants import label_of
from ..languages import say
from ..node import Node, data_of
from ..snapshot import Snapshot
from .cards import Arrow, Card, Exact, View
from .equations import EQUAL, RULED, word_forward, word_product, word_sum
from .folds import MOST_NAMED, describe_given, describe_leaves, find_given, name_given, say_through
from .formatting import DASH, Grid, format_brief, format_grid, format_norm, format_number, format_span
from .formula import TEXTBOOK, choose_names, is_transposition, spell, spell_flows, spell_parameters
from .frames import Frame, find_all
from .letters import Letters, choose_letters
from .orders import find_orders
from .parts import EVERYTHING, Choice, Part, choose_parts

MOST_SPELLED = 200  # inputs of an operation, for each of which what flows back is put into words of its own
FEW = 4  # uses of a fold by a node that have an arrow each
DEEPEST_FRAME = 20  # frames around a card: more would be all margin, and Graphviz takes minutes over them


def build_view(graph: Snapshot, choice: Choice = EVERYTHING, found: Sequence[Part] | None = None) -> View:
    """What to show of a graph; found: its parts, where they are known already.

    Keys count the nodes by birth, however the picture is folded, so the same graph built again is shown the same:
    the fifth oldest node is n4, its second input's arrow n4_1; a scope's box is s and the number of its youngest
    node, subgraphs alike a and such a number.

    >>> from autograd_mini import Value
    >>> shown = build_view(Snapshot(2 * Value(3.0, label="x")))
    >>> [(card.key, card.kind) for card in shown.cards]
    [('n0', 'leaf'), ('n1_0', 'constant'), ('n1', 'operation')]
    >>> [(arrow.key, arrow.tail, arrow.head, arrow.local) for arrow in shown.arrows]
    [('e1_0', 'n1_0', 'n1', ()), ('e1_1', 'n0', 'n1', (('2',),))]
    """
    found = choose_parts(graph, choice) if found is None else sorted(found, key=lambda part: part.nodes[-1].birth)
    builder = Builder(graph, found)
    with np.errstate(all="ignore"):  # as in a sweep: inf and nan are shown, not warned of
        for part in found:
            builder.add_arrows(part)
        order = find_orders(graph.nodes)
        cards = [card for part in found for card in builder.make_cards(part, order)]
    return View(tuple(cards), tuple(builder.arrows), len(graph.nodes), letters=builder.letters)


class Builder:
    """What is known of the parts while their arrows and cards are made."""

    def __init__(self, graph: Snapshot, found: Sequence[Part]) -> None:
        self.graph = graph
        self.index = {node: i for i, node in enumerate(graph.nodes)}
        self.part_of = {node: part for part in found for node in part.nodes}
        self.key = {part: self._make_key(part) for part in found}
        self.frames = _draw_frames(find_all(part.frame for part in found))
        # Once for all the arrows to a node: a stack may have thousands.
        self.spell_flows = cache(lambda node: spell_flows(node, letters=self.letters))
        self.format_upstream = cache(lambda node: DASH if node.grad is None else format_brief(node.grad))
        self.word_forward = cache(word_forward)
        self.find_output = cache(self._find_output)
        self.sweep_part = cache(lambda part, output: graph.sweep_part(output, part.nodes))
        self.arrows: list[Arrow] = []
        self.flows: dict[Node, list[Any]] = defaultdict(list)  # what flows back to a node
        self.uses: dict[Node, int] = defaultdict(int)
        self.outputs: dict[Part, set[Node]] = defaultdict(set)  # what others use of a part, and the root
        self.outputs[self.part_of[graph.root]].add(graph.root)
        labels = {node.label for node in graph.nodes}
        for node, part in self.part_of.items():
            for x in node.inputs:
                if not isinstance(x, Node):
                    labels.add(label_of(x))
                elif (tail := self.part_of.get(x, part)) is not part:
                    self.outputs[tail].add(x)
        self.letters = choose_letters(label for label in labels if label)

    def _make_key(self, part: Part) -> str:
        letters = {"node": "n", "scope": "s", "alike": "a"}
        return "rest" if part.kind == "rest" else f"{letters[part.kind]}{self.index[part.nodes[-1]]}"

    def add_arrows(self, part: Part) -> None:
        """The arrows that lead to a part: one for each use, or one for all of them where either end is a fold."""
        head = self.key[part]
        between: dict[Any, list[tuple[Node, int, Node]]] = defaultdict(list)
        for node in part.nodes:
            for i, x in enumerate(node.inputs):
                if isinstance(x, Node) and (tail := self.part_of.get(x)):
                    self.uses[x] += 1
                    if tail is not part:
                        is_plain = part.kind == tail.kind == "node"
                        between[i if is_plain else tail].append((node, i, x))
                elif part.kind == "node":
                    exact = _tell_exactly(data_of(x))
                    self.arrows.append(Arrow(f"e{head[1:]}_{i}", f"{head}_{i}", head, i, is_constant=True, exact=exact))
        for uses in between.values():
            node, i, x = uses[0]
            tail = self.part_of[x]
            if part.kind != "node" and part.count == 1 and all(use[2] is x for use in uses):
                self.arrows.append(self.make_arrow_to_fold(part, uses, self.key[tail], head))
            elif part.kind == "node" and tail.kind == "scope" and len(uses) <= FEW:
                self.arrows.extend(self._make_arrow(*use, self.key[tail], head) for use in uses)
            elif len(uses) > 1:
                self.arrows.append(Arrow(f"e{self.key[tail]}_{head}", self.key[tail], head, uses=len(uses)))
            elif part.kind != "node":  # one of many alike
                self.arrows.append(self.make_arrow_to_fold(part, uses, self.key[tail], head))
            else:
                self.arrows.append(self._make_arrow(node, i, x, self.key[tail], head))

    def _make_arrow(self, node: Node, i: int, x: Node, tail: str, head: str) -> Arrow:
        key = f"e{self.index[node]}_{i}"
        forward = str(x.shape) if x.shape else self.word_forward(node).operands[i][0][0]
        local, formula, flow = None, "", None
        if node.shape == x.shape == ():
            local = self.graph.local_derivatives(node)[i]
        else:
            is_spelled = len(node.inputs) <= MOST_SPELLED
            formula = self.spell_flows(node)[i] if is_spelled else say("its part of {0}", self.letters.upstream)
        if node.grad is not None:
            flow = self.graph.contributions(node)[i]
        if (local is None and not formula) or (node.grad is not None and flow is None):
            self.uses[x] -= 1  # of which nothing comes back
            return Arrow(key, tail, head, i, is_step=True, forward=forward, exact=_tell_exactly(x.data))
        if flow is not None:
            self.flows[x].append(flow)
        numbers = self._word_flow(x, node, local, flow)
        return Arrow(key, tail, head, i, forward=forward, formula=formula, **numbers)

    def make_arrow_to_fold(self, part: Part, uses: list[tuple[Node, int, Node]], tail: str, head: str) -> Arrow:
        """One arrow for all the uses of an input in a fold, told as of a node; what flows back is their sum.

        The local derivative is the fold's own, from its output through all that is inside; where there is none, or the
        output is not one alone, words say what flows.
        """
        (node, i, x), output = uses[0], self.find_output(part)
        key = f"e{self.index[node]}_{i}" if len(uses) == 1 else f"e{tail}_{head}"
        forward = format_number(x.data) if x.shape == () else str(x.shape)
        flows = [self.graph.contributions(user)[place] for user, place, _ in uses if user.grad is not None]
        found = [flow for flow in flows if flow is not None]
        total = sum(found[1:], found[0]) if found else None
        if part.count > 1:
            output = None
        local = None
        if output is not None and output.shape == x.shape == ():
            local = self.sweep_part(part, output).get(x)
        places, words = [i], []
        if part.call is not None:
            places = [k for k, birth in enumerate(part.call.inputs) if birth == x.birth] or [len(part.call.inputs)]
            flows_in_words = part.call.of.flows
            words = [name_given(part, flows_in_words[k], self.letters) for k in places if k < len(flows_in_words)]
        if any(user.grad is not None for user, _, _ in uses) and total is None:
            self.uses[x] -= len(uses)
            exact = _tell_exactly(x.data)
            return Arrow(key, tail, head, min(places), is_step=True, forward=forward, exact=exact)
        self.uses[x] -= len(uses) - 1
        if total is not None:
            self.flows[x].append(total)
        if len(uses) == 1 and node is output and not words:
            words = [] if self.letters.are_in(self.spell_flows(node)[i]) else [self.spell_flows(node)[i]]
        formula = (" + ".join(words) or say_through(part, output, self.letters)) if local is None else ""
        numbers = self._word_flow(x, output, local, total, part.nodes)
        return Arrow(key, tail, head, min(places), forward=forward, formula=formula, **numbers)

    def _word_flow(
        self, x: Node, output: Node | None, local: Any, flow: Any, inside: Sequence[Node] = ()
    ) -> dict[str, Any]:
        """An arrow's numbers: upstream × local = contribution where there are all three, else those that there are.

        inside: the nodes of the fold that it leads to, over which what flows back may cancel.
        """
        upstream = None if output is None else output.grad
        exact = _tell_exactly(x.data, upstream=upstream, local=local, contribution=flow)
        if local is not None and flow is not None and upstream is not None:
            worded = word_product(upstream, local, flow)
            if worded.sign == RULED and inside:
                flows = [part for node in inside for part in self.graph.contributions(node) if part is not None]
                worded = word_product(upstream, local, flow, flows)
            grids = dict(zip(("upstream", "local"), worded.operands, strict=True))
            return grids | {"contribution": worded.result, "sign": worded.sign, "exact": exact}
        return {
            "upstream": DASH if output is None else self.format_upstream(output),
            "local": () if local is None else format_grid(local),
            "contribution": () if flow is None else _format_flow(flow),
            "exact": exact,
        }

    def _find_output(self, part: Part) -> Node | None:
        """The one node of a part that others use, or that is the root; None where there are more."""
        return next(iter(self.outputs[part])) if len(self.outputs[part]) == 1 else None

    def make_cards(self, part: Part, order: dict[Node, int]) -> list[Card]:
        """A part's card, and before it those of its constants."""
        key, node = self.key[part], part.nodes[-1]
        shared: dict[str, Any] = {"frames": self.frames[part.frame], "order": max(order[x] for x in part.nodes)}
        if part.kind != "node":
            return self._make_fold(part, key, shared)
        constants = [
            Card(
                f"{key}_{i}",
                "constant",
                self.word_forward(node).operands[i] if np.size(data_of(x)) == 1 else format_grid(data_of(x)),
                _describe_array(data_of(x)),
                label=label_of(x) or "",
                exact=_tell_exactly(data_of(x)),
                **shared,
            )
            for i, x in enumerate(node.inputs)
            if not (isinstance(x, Node) and x in self.part_of)
        ]
        operation, parameters = _describe_operation(node, self.letters)
        card = Card(
            key,
            "operation" if node.inputs else "leaf",
            operation=operation,
            parameters=parameters,
            label=node.label or "",
            is_root=node is self.graph.root,
            **self._word_card(node),
            **shared,
        )
        return [*constants, card]

    def _word_card(self, node: Node) -> dict[str, Any]:
        """A card's numbers: a node's, or those of the only output of a fold."""
        flows = self.flows[node] if len(self.flows[node]) == self.uses[node] else []
        is_sum = _is_sum(node.grad, flows)
        numbers: dict[str, Any] = {
            "data": self._format_data(node),
            "array": _describe_array(node.data),
            "grad": _format_grad(node),
            "about": () if is_sum else (say("grad also holds what another sweep added"),),
            "exact": _tell_exactly(node.data, grad=node.grad),
        }
        if node.shape == () and len(flows) > 1 and is_sum:
            worded = word_sum(flows[::-1], node.grad)
            terms = tuple(term for ((term,),) in reversed(worded.operands))
            numbers |= {"grad": worded.result, "flows": terms, "sign": worded.sign}
        return numbers

    def _format_data(self, node: Node) -> Grid:
        """The data in the digits that its operation's numbers give."""
        if not node.inputs or node.shape:
            return format_grid(node.data)
        worded = self.word_forward(node)
        return worded.result if worded.sign == EQUAL else format_grid(node.data)

    def _make_fold(self, part: Part, key: str, shared: dict[str, Any]) -> list[Card]:
        """A fold's card, and before it those of the arrays that it is given."""
        leaves = [node for node in part.nodes if not node.inputs]
        shared = shared | {"is_root": self.part_of[self.graph.root] is part}
        if part.kind == "rest":
            left_out = (
                say("{0} nodes left out,", f"{len(part.nodes):,}"),
                say("{0} of them leaves", f"{len(leaves):,}"),
            )
            return [Card(key, "rest", about=left_out, **shared)]
        arrays, numbers = find_given(part.nodes, self.part_of)
        given = describe_given(numbers)
        if part.kind == "scope":
            told = say("{0} operations", f"{len(part.nodes) - len(leaves):,}")
            if part.call is not None:  # the numbers in it are the operation's own
                told, given = name_given(part, part.call.of.formula, self.letters) or told, ()
            output = self.find_output(part)
            worded = {} if output is None else self._word_card(output)
            label = "" if output is None else output.label or ""
            worded |= {"label": part.name} if part.call is None else {"operation": part.name, "label": label}
            gives = (say("gives {0}", label),) if label and part.call is None else ()
            worded["about"] = (told, *describe_leaves(leaves), *given, *gives, *worded.get("about", ()))
            constants = [self._make_constant(key, i, array, shared) for i, array in enumerate(arrays[:MOST_NAMED])]
            return [*constants, Card(key, "scope", **worded, **shared)]
        about: tuple[str, ...] = (say("{0} nodes", f"{len(part.nodes):,}"),) if part.name else ()
        if len(leaves) == len(part.nodes):
            about = describe_leaves(leaves)[len(leaves) > MOST_NAMED :]
        worded = {"label": part.name}
        if not part.name:
            data, grad = format_span([x.data for x in part.nodes]), format_span([x.grad for x in part.nodes])
            array = _describe_array(part.nodes[0].data)
            worded = {"operation": part.nodes[0].name, "data": data, "array": array, "grad": grad}
        return [Card(key, "alike", about=(*about, *given), count=part.count, **worded, **shared)]

    def _make_constant(self, key: str, i: int, array: Any, shared: dict[str, Any]) -> Card:
        """The card of an array that a fold is given, and its arrow."""
        exact, unframed = _tell_exactly(array), shared | {"is_root": False}
        self.arrows.append(Arrow(f"e{key}_{i}", f"{key}_{i}", key, i, is_constant=True, exact=exact))
        label = label_of(array) or ""
        return Card(
            f"{key}_{i}", "constant", format_grid(array), _describe_array(array), label=label, exact=exact, **unframed
        )


def _format_flow(flow: Any) -> Grid:
    """What flows back over an arrow in one line: a number, a short row, else the norm."""
    grid = format_brief(flow)
    return grid if len(grid) == 1 else format_norm(flow)


def _draw_frames(frames: Sequence[Frame]) -> dict[Frame | None, tuple[tuple[str, str], ...]]:
    """Key and name of the frames to draw for each frame, outermost first; the innermost tells of those left out."""
    drawn: dict[Frame | None, tuple[tuple[str, str], ...]] = {None: ()}
    too_deep = {frame.around for frame in frames if frame.depth == DEEPEST_FRAME}
    for i, frame in enumerate(frames):
        name = say("{0} (scopes in it are not drawn)", frame.name) if frame in too_deep else frame.name
        own = () if frame.depth >= DEEPEST_FRAME else ((f"f{i}", name),)
        drawn[frame] = drawn[frame.around] + own
    return drawn


def _describe_operation(node: Node, letters: Letters) -> tuple[str, str]:
    """The name, and the parameters but for a shape that is on the card already."""
    if node.name in TEXTBOOK:
        return spell(node, choose_names(node, letters)), ""
    if is_transposition(node):
        return "transpose", ""
    return node.name, ", ".join(words for words in spell_parameters(node) if words != str(node.shape))


def _format_grad(node: Node) -> Grid:
    return DASH if node.grad is None else format_grid(node.grad)


def _tell_exactly(data: Any, **others: Any) -> Exact:
    """Numbers by name, the data first; those that are None are left out."""
    return ("data", data), *((name, x) for name, x in others.items() if x is not None)


def _is_sum(grad: Any, flows: Sequence[Any]) -> bool:
    """Whether a gradient is the sum of what flows back, but for rounding; another sweep may have added to it."""
    if grad is None or not flows:
        return True
    total = sum(flows[1:], flows[0])
    is_exact = grad == total
    if is_exact is True or np.all(is_exact):  # as nearly always, and told sooner
        return True
    largest = max(float(np.max(np.abs(flow), initial=0.0)) for flow in flows)
    rounding = 1e-3 if np.asarray(grad).dtype == np.float32 else 1e-9
    return bool(np.allclose(grad, total, rtol=rounding, atol=rounding * largest, equal_nan=True))


def _describe_array(data: object) -> str:
    return f"{data.shape} {data.dtype}" if isinstance(data, np.ndarray) and data.shape else ""
