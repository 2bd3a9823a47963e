"""The plain text of a Markdown tree, as a person would type it: for notifications and clients without HTML. Pure."""

from markdown_it.tree import SyntaxTreeNode


def plain_text(node: SyntaxTreeNode) -> str:
    """Return a tree as plain text: links followed by their address, lists with their marks, no emphasis."""
    return _plain(node).strip()


def _plain(node: SyntaxTreeNode) -> str:
    match node.type:
        case "text" | "code_inline" | "text_special":
            return node.content
        case "softbreak" | "hardbreak":
            return "\n"
        case "fence" | "code_block":
            return node.content.rstrip("\n")
        case "hr":
            return "—"
        case "link":
            return _link(_inside(node), str(node.attrs.get("href", "")))
        case "bullet_list" | "ordered_list":
            return _list(node)
        case "blockquote":
            return "\n".join(f"> {line}".rstrip() for line in _joined(node, "\n\n").split("\n"))
        case "list_item":
            return _joined(node, "\n")
        case "root":
            return _joined(node, "\n\n")
        case _:
            return _inside(node)


def _inside(node: SyntaxTreeNode) -> str:
    return "".join(map(_plain, node.children))


def _joined(node: SyntaxTreeNode, between: str) -> str:
    return between.join(map(_plain, node.children))


def _link(label: str, address: str) -> str:
    shown = address.removeprefix("mailto:")
    return shown if label in ("", shown) else f"{label} ({shown})"


def _list(node: SyntaxTreeNode) -> str:
    first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
    lines = []
    for place, item in enumerate(node.children):
        mark = "- " if first is None else f"{first + place}. "
        lines.append(mark + _plain(item).replace("\n", "\n" + " " * len(mark)))
    return "\n".join(lines)
