"""How the site is built: `sphinx-build -c docs/site docs` for English, `docs/ko` for Korean."""

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path[:0] = [str(HERE), str(HERE.parents[1]), str(HERE.parents[1] / "examples")]

project = "autograd_mini"
extensions = [
    "myst_parser",
    "parts.mathml",
    "parts.pictures",
    "parts.questions",
    "parts.languages",
    "parts.reference",
    "parts.examples",
]
source_suffix = {".md": "markdown"}
exclude_patterns = ["ko", "site"]
nitpicky = True

myst_enable_extensions = [
    "dollarmath",
    "colon_fence",
    "deflist",
    "attrs_inline",
]
myst_heading_anchors = 3


html_theme = "furo"
html_title = "autograd_mini"
html_static_path = [str(HERE / "static")]
templates_path = [str(HERE / "templates")]
html_css_files = ["site.css"]
html_js_files = ["questions.js", *((name, {"defer": "defer"}) for name in ("frames.js", "copy.js", "pictures.js"))]
html_copy_source = html_show_sourcelink = html_show_copyright = html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}
html_sidebars = {
    "**": [
        "sidebar/brand.html",
        "language.html",
        "sidebar/search.html",
        "sidebar/scroll-start.html",
        "sidebar/navigation.html",
        "sidebar/scroll-end.html",
    ]
}
