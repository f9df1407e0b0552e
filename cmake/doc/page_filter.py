#!/usr/bin/env python3
"""Doxygen's input filter for the pages of doc/, which are written for who reads them as they are: prints a page with its links as
Doxygen has them (FILTER_PATTERNS of Doxyfile). A link that leads nowhere is then one of Doxygen's warnings.

    page_filter.py doc/PAGE.md

    ## A heading                                 gets the anchor that it has elsewhere, behind the page's: guide-page-a-heading
    [text](#a-heading), [text](other.md#...)     lead there
    [`name`](../include/corest/x.hpp)            leads to corest::name
    [other text](../include/corest/x.hpp)        leads to the header
    [text](../any/other/file)                    is text: the file is no part of the HTML
"""

import pathlib
import re
import sys

DOC = pathlib.Path(__file__).resolve().parents[2] / "doc"


def anchor_of(heading):
    """As GitHub makes it of a heading's text."""
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def place(page, anchor=""):
    """The name of a page or of a heading. (Doxygen makes pages of its own, concepts.html for one.)"""
    return f"guide-{page}" + (f"-{anchor}" if anchor else "")


def reference(text, target, page):
    """What a link is to Doxygen."""
    path, _, anchor = target.partition("#")
    if re.match(r"[a-z]+:", path):
        return f"[{text}]({target})"
    file = (DOC / path).resolve() if path else DOC / f"{page}.md"
    if file.parent == DOC and file.suffix == ".md":
        return f"[{text}](@ref {place(file.stem, anchor)})"
    if not file.exists():
        print(f"doc/{page}.md: warning: there is no {target}", file=sys.stderr)
    if path.startswith("../include/"):
        name = re.fullmatch(r"`([a-z0-9_:]+)`", text)
        return f"[{text.strip('`')}](@ref {'corest::' + name[1] if name else path.removeprefix('../include/')})"
    return text


def main():
    path = pathlib.Path(sys.argv[1])
    page, in_code = path.stem, False
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.lstrip().startswith("```"):
            in_code = not in_code
        elif not in_code:
            heading = re.match(r"(#+) (.*)$", line)
            line = re.sub(r"\[([^\]]*)\]\(([^)\s]+)\)", lambda m: reference(m[1], m[2], page), line)
            if heading:
                line += f" {{#{place(page, '' if heading[1] == '#' else anchor_of(heading[2]))}}}"
        print(line)


if __name__ == "__main__":
    main()
