"""The parser's place in the text: look-ahead, complaints that do not stop it, and recovery after those that do."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from siemlib.ql.ast import Query, Span
from siemlib.ql.diagnostic import Diagnostic, RefusedError
from siemlib.ql.tokens import Kind, Token, after_blanks, read_members, read_regex, read_token
from siemlib.ql.words import DEEPEST

if TYPE_CHECKING:
    import re
    from collections.abc import Callable

_OPERATOR_WORDS = frozenset({"and", "or", "not", "in", "like", "by", "as"})


class Cursor:
    """A position in the text that only moves forward; ``errors`` collects what does not stop the parse."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.errors: list[Diagnostic] = []
        self.end_of_last = 0
        self.read_query: Callable[[], Query] | None = None
        """Reads a query in parentheses; ``None`` inside one, as they cannot be nested."""
        self.commands: frozenset[str] = frozenset()
        """The words of the commands, for what may have been meant."""
        self._position = 0
        self._ahead: Token | None = None
        self._depth = 0
        self._regexes: dict[int, Token] = {}

    # ── reading ──────────────────────────────────────────────────────────────────────────────────────────────────────

    def peek(self) -> Token:
        """The next token, with ``/`` as an operator. At the end its place is just behind the last token."""
        if self._ahead is None:
            self._ahead = self._read(self._position)
        return self._ahead

    def peek_second(self) -> Token:
        """The token behind the next one."""
        return self._read(self.peek().span.end)

    def peek_third(self) -> Token:
        """The token behind the second."""
        return self._read(self.peek_second().span.end)

    def take(self) -> Token:
        """The next token; the cursor moves behind it."""
        return self._move_behind(self.peek())

    def take_regex(self) -> Token:
        """The regular expression that starts at the next token, a ``/``."""
        token = read_regex(self.text, self.peek().span.start)
        self._regexes[token.span.start] = token
        return self._move_behind(token)

    def take_members(self) -> tuple[str, ...]:
        """The members that stand directly behind the last token, ``.a[0]``; the cursor moves behind them."""
        path, end = read_members(self.text, self.end_of_last)
        if path:
            self._ahead = None
            self._position = self.end_of_last = end
        return path

    def accept_pattern(self, pattern: re.Pattern[str]) -> str | None:
        """The text that begins with the next token and is of this form, whatever its tokens would be."""
        start = after_blanks(self.text, self._position)
        found = pattern.match(self.text, start)
        if found is None:
            return None
        self.move_to(found.end())
        return found.group()

    def move_to(self, end: int) -> None:
        """Go on behind what was read out of the text itself, up to ``end``."""
        self._ahead = None
        self._position = self.end_of_last = end

    def accept_word(self, *words: str) -> Token | None:
        """The next token if it is one of these keywords."""
        return self.take() if self.peek().word in words else None

    def accept_symbol(self, *symbols: str) -> Token | None:
        """The next token if it is one of these symbols."""
        return self.take() if self.peek().is_symbol(*symbols) else None

    def expect_symbol(self, symbol: str, expected: str, hint: str | None = None) -> Token:
        """The next token, which must be this symbol."""
        return self.accept_symbol(symbol) or self.refuse(expected, hint)

    def span_from(self, start: int) -> Span:
        """From ``start`` to the end of the last token taken."""
        return Span(start, max(start, self.end_of_last))

    def only_a_comment_ahead(self) -> bool:
        """Whether a comment, and nothing else, stands between the last token and the next."""
        return "#" in self.text[self._position : after_blanks(self.text, self._position)]

    # ── complaining ──────────────────────────────────────────────────────────────────────────────────────────────────

    def refuse(self, expected: str, hint: str | None = None) -> NoReturn:
        """Stop here: something else was expected than the next token."""
        token = self.peek()
        raise RefusedError(f"expected {expected}, found {token.found}", token.span, hint)

    def complain(self, message: str, span: Span, hint: str | None = None) -> None:
        """Note an error that does not keep the rest of the command from being read."""
        self.errors.append(Diagnostic(message, span, hint))

    def nest(self, token: Token) -> None:
        """One level deeper, opened by ``token``; each call has its :meth:`unnest`."""
        self._depth += 1
        if self._depth > DEEPEST:
            raise RefusedError(
                f"this is nested more than {DEEPEST} levels deep",
                token.span,
                "compute parts of it in a 'fields' before",
            )

    def unnest(self) -> None:
        """One level up."""
        self._depth -= 1

    # ── recovering ───────────────────────────────────────────────────────────────────────────────────────────────────

    def skip_command(self, start: int, failed_at: int) -> None:
        """Go to the ``|`` that ends the broken command, or to the end, over brackets, strings and comments."""
        self._depth = 0
        self._ahead = None
        self._position = self.end_of_last = self._end_of_command(start, failed_at)

    def _end_of_command(self, position: int, failed_at: int) -> int:
        """Where the first ``|`` behind the failure stands that is in no bracket, or in one that is never closed."""
        inside: int | None = None
        depth, in_parse, last = 0, False, None
        while (position := after_blanks(self.text, position)) < len(self.text):
            try:
                token = self._reread(position, last, in_parse=in_parse)
            except RefusedError as refused:
                # The span of an unclosed string ends with its line, which is where the string most likely should have.
                position, last = max(refused.diagnostic.span.end, position + 1), None
                continue
            in_parse = in_parse or (last is None and token.word == "parse")
            if token.is_symbol("(", "["):
                depth += 1
            elif token.is_symbol(")", "]"):
                depth = max(0, depth - 1)
            elif token.is_symbol("|") and position >= failed_at:
                if depth == 0 or position == failed_at:
                    return position
                inside = position if inside is None else inside
            position, last = token.span.end, token
        return inside if inside is not None and depth else len(self.text)

    def _reread(self, position: int, last: Token | None, *, in_parse: bool) -> Token:
        """As :meth:`_read`, guessing where the parser has not been whether a slash opens a regular expression."""
        if position in self._regexes:
            return self._regexes[position]
        token = read_token(self.text, position)
        if not token.is_symbol("/"):
            return token
        operand_before = last is not None and (last.kind is not Kind.SYMBOL or last.is_symbol(")", "]"))
        divides = operand_before and not in_parse and last is not None and last.word not in _OPERATOR_WORDS
        return token if divides else read_regex(self.text, position)

    def _read(self, position: int) -> Token:
        start = after_blanks(self.text, position)
        if start >= len(self.text):
            return Token(Kind.END, Span(self.end_of_last, self.end_of_last), "")
        return read_token(self.text, start)

    def _move_behind(self, token: Token) -> Token:
        self._ahead = None
        if token.kind is not Kind.END:
            self._position = self.end_of_last = token.span.end
        return token
