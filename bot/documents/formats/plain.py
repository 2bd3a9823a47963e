"""Plain text to plain Markdown: bullets of every kind, lines wrapped by hand made whole."""

from bot.documents.content import Content
from bot.documents.formats.layout import reflow
from bot.documents.formats.markdown import without_struck
from bot.documents.formats.writer import Writer

# Where people and mail programs wrap lines. Shorter lines are names or addresses, longer ones whole paragraphs.
WRAPPED_WIDTHS = range(50, 121)


def read_plain(text: str) -> Content:
    """Return a text with each paragraph on one line; its `# ` lines are headings, its bullets items."""
    writer = Writer()
    for block in map(without_struck, _unwrapped(text).split("\n")):
        if (
            block.startswith("#")
            and (marks := len(block) - len(block.lstrip("#"))) <= 6
            and block[marks:].startswith(" ")
        ):
            writer.heading(marks, block[marks:])
        elif block.strip():
            writer.line(block)
        else:
            writer.end_paragraph()
    return Content(writer.text())


def _unwrapped(text: str) -> str:
    lengths = sorted(len(line) for line in text.split("\n") if line.strip())
    is_wrapped = bool(lengths) and lengths[len(lengths) * 9 // 10] in WRAPPED_WIDTHS
    return reflow(text) if is_wrapped else text
