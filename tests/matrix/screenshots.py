"""`make screenshots`: what the bot says, as a telephone shows it, into docs/images/. Needs Chromium."""

import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from datetime import date, datetime, time
from html import escape
from pathlib import Path

from bot.answers.answering import Answerer
from bot.app import open_answerer
from bot.config import load_config
from bot.matrix.rendering import render_parts
from bot.programme.calendar import PARIS
from bot.reminders.digest import digest
from bot.reminders.digest_words import digest as said
from bot.texts import render

IMAGES = Path(__file__).parents[2] / "docs" / "images"
WIDTH = 390  # pixels of CSS: a telephone
TODAY = date(2026, 11, 21)
REMINDED = datetime.combine(date(2026, 6, 8), time(9), PARIS)
QUESTIONS = {
    "reponse": "c koi le plafond du fast 13",
    "calcul": "simuler budget 450 k€, partenaire 300 k€",
    "liste": "Qui sont les lauréats du FAST 13 ?",
}
_NAMES = ("chromium", "chromium-browser", "chrome", "google-chrome")
# The window of a headless Chromium may be wider than asked for: the body is not.
_STYLE = f"""
body {{ margin: 0; width: {WIDTH}px; box-sizing: border-box; padding: 12px; background: #fff; color: #1b1d22;
  font: 15px/1.45 Inter, "Noto Sans", "DejaVu Sans", sans-serif; }}
p, ul, ol {{ margin: 0 0 .6em; }} ul, ol {{ padding-left: 1.2em; }} a {{ color: #0051c9; }}
code {{ background: #e6e8ec; border-radius: 3px; padding: 0 3px; font-size: 13px; }}
.name {{ color: #5f6b7a; font-size: 12px; margin: 0 0 4px 4px; }}
.said {{ background: #f0f2f5; border-radius: 12px; padding: 10px 12px; margin-bottom: 10px; overflow-wrap: anywhere; }}
.said > :last-child {{ margin-bottom: 0; }} .asked {{ background: #dbe9ff; margin-left: 60px; }}
"""
# What is joined by no-break spaces and stands on two lines all the same; then the height, where --dump-dom shows them.
_MEASURE = r"""
const cut = [];
const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
for (let node; (node = walk.nextNode()); )
  for (const found of node.data.matchAll(/[^\s]+(?:[\u00a0\u202f]+[^\s]+)+/g)) {
    const range = document.createRange();
    range.setStart(node, found.index); range.setEnd(node, found.index + found[0].length);
    const lines = new Set([...range.getClientRects()].map(one => Math.round(one.top)));
    if (lines.size > 1) cut.push(found[0]);
  }
document.title = document.body.scrollHeight + "|" + cut.join("|");
"""


def page(markdown: str, question: str = "") -> str:
    """Return the page of a question and of the HTML that the bot sends for an answer."""
    asked = f'<div class="said asked">{escape(question)}</div>' if question else ""
    told = "".join(f'<div class="said">{part.html}</div>' for part in render_parts(markdown))
    body = f'{asked}<div class="name">Assistant FAST</div>{told}<script>{_MEASURE}</script>'
    return f'<!doctype html><html lang="fr"><meta charset="utf-8"><style>{_STYLE}</style><body>{body}</body></html>'


def chromium() -> str | None:
    """Return the command of a Chromium; None when there is none."""
    return next(filter(None, map(shutil.which, _NAMES)), None)


def measured(browser: str, html: str) -> tuple[int, list[str]]:
    """Return the height of a page, in pixels of CSS, and what stands on two lines that should not."""
    dump = _run(browser, html, "--dump-dom")
    title = re.search(r"<title>(.*?)</title>", dump, re.DOTALL)
    assert title, "Chromium has not run the page"
    height, *cut = title[1].split("|")
    return int(height), [one for one in cut if one]


def shoot(browser: str, html: str, image: Path) -> None:
    """Write the picture of a page."""
    height, _ = measured(browser, html)
    size = (f"--window-size={WIDTH},{height}", "--force-device-scale-factor=1.2")
    _run(browser, html, f"--screenshot={image}", *size, "--hide-scrollbars", "--disable-lcd-text")


def _run(browser: str, html: str, *options: str) -> str:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "page.html"
        file.write_text(html, encoding="utf-8")
        # Its own sandbox does not open for root, and it only shows a page of ours, without network.
        fixed = ("--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={folder}/profile")
        command = [browser, *fixed, *options, file.as_uri()]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout


def pages(answerer: Answerer) -> Mapping[str, str]:
    """Return each page by the name of its picture."""
    told = {name: page(render(answerer.answer(text, TODAY), bold=True), text) for name, text in QUESTIONS.items()}
    return told | {"rappel": page(said(digest(answerer.programme, REMINDED)))}


def main() -> int:
    """Take every picture; return the exit code."""
    browser = chromium()
    if browser is None:
        sys.stderr.write("Il faut Chromium (apt-get install chromium).\n")
        return 1
    answerer = open_answerer(load_config(None), lambda *_: None)
    IMAGES.mkdir(parents=True, exist_ok=True)
    for name, html in pages(answerer).items():
        shoot(browser, html, IMAGES / f"{name}.png")
        sys.stdout.write(f"docs/images/{name}.png\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
