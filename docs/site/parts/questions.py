"""Questions at the end of a page, whose answers the page checks."""

from html import escape
from typing import Any

from docutils import nodes
from docutils.parsers.rst import directives
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective

WORDS = {
    "en": {"check": "Check", "right": "Right.", "wrong": "Not yet.", "why": "Why", "answer": "Your answer"},
    "ko": {"check": "확인", "right": "맞았습니다.", "wrong": "아직 아닙니다.", "why": "풀이", "answer": "답"},
}


class Question(SphinxDirective):
    """:::{question} How large is dL/da? with `:answer: -24`, or `:choices: a | b | c` and `:answer: b`.

    It ends with :::, for code in a question has backticks. A number may be given as a fraction. The text within says
    why, and is hidden until one asks.
    """

    has_content = True
    required_arguments = 1
    final_argument_whitespace = True
    option_spec = {"answer": directives.unchanged_required, "choices": directives.unchanged}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The question as a form, what explains it below."""
        words = WORDS[self.config.language if self.config.language in WORDS else "en"]
        answer, number = self.options["answer"], self.env.new_serialno("question")
        choices = [choice.strip() for choice in self.options.get("choices", "").split("|") if choice.strip()]
        if choices and answer not in choices:
            raise self.error(f"the answer {answer!r} is none of the choices {choices}")
        if not choices:
            float(answer)
        field = (
            "".join(
                f'<label><input type="radio" name="q{number}" value="{escape(choice)}"> {escape(choice)}</label>'
                for choice in choices
            )
            or f'<label>{words["answer"]} <input type="text" inputmode="text" name="q{number}" size="12"></label>'
        )
        head = (
            f'<form class="question" data-answer="{escape(answer)}" data-right="{words["right"]}" '
            f'data-wrong="{words["wrong"]}">'
        )
        asked, messages = self.parse_inline(self.arguments[0])
        question = nodes.paragraph("", "", *asked)
        why = nodes.container(classes=["why"])
        self.state.nested_parse(self.content, self.content_offset, why)
        button = f'{field}<button type="submit">{words["check"]}</button> <output aria-live="polite"></output>'
        return [
            nodes.raw("", head, format="html"),
            question,
            *messages,
            nodes.raw("", f"{button}<details><summary>{words['why']}</summary>", format="html"),
            why,
            nodes.raw("", "</details></form>", format="html"),
        ]


def setup(app: Sphinx) -> dict[str, Any]:
    """Make the directive known."""
    app.add_directive("question", Question)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
