"""``nextToken``: what another endpoint has made, what is cut and what is old is refused."""

from __future__ import annotations

import pytest

from siemlib.serve.protocol import RefusedError
from siemlib.serve.tokens import Tokens


def test_a_token_gives_its_place_back_for_its_time() -> None:
    now = [5.0]
    tokens = Tokens(10, lambda: now[0])
    token = tokens.make("list", 10_000)
    now[0] = 15.0
    assert tokens.read(token, "list") == 10_000
    now[0] = 15.1
    with pytest.raises(RefusedError, match="expired"):
        tokens.read(token, "list")


def test_a_token_is_of_one_list_of_one_endpoint() -> None:
    tokens = Tokens(10)
    token = tokens.make("list", 1)
    for given, of in ((token, "other"), (Tokens(10).make("list", 1), "list"), (token[:-2], "list"), ("", "list")):
        with pytest.raises(RefusedError, match="The specified nextToken is invalid"):
            tokens.read(given, of)
