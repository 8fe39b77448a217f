"""Numbers of a sentence lead to where they are from, and nothing else of it becomes HTML."""

from __future__ import annotations

from siemlib.report.marked import marked


def code(target: str) -> str:
    return f"{target}, R01"


def test_a_number_is_a_link_to_its_place_and_says_it_in_print() -> None:
    made = marked("It made 12 calls.", [(8, 10, "E03", "rows")], code)
    assert made == 'It made <a href="#E03" class="figure" title="rows" data-code="E03, R01">12</a> calls.'


def test_a_percent_sign_belongs_to_its_number_and_no_code_stands_between() -> None:
    made = marked("5 of 7 (71 %), 3%.", [(0, 1, "E01", "r"), (8, 10, "E02", "r"), (15, 16, "E02", "r")], code)
    assert [part.split("<")[0].split(">")[1] for part in made.split("<a ")[1:]] == ["5", "71 %", "3%"]
    assert made.endswith('data-code="E02, R01">3%</a>.')


def test_of_numbers_in_a_row_from_one_place_the_last_one_says_it() -> None:
    made = marked("1 of 2, and 3", [(12, 13, "E02", "rows"), (0, 1, "E01", "rows"), (5, 6, "E01", "rows")], code)
    assert [part.split(">")[0] for part in made.split("<a ")[1:]] == [
        'href="#E01" class="figure" title="rows"',
        'href="#E01" class="figure" title="rows" data-code="E01, R01"',
        'href="#E02" class="figure" title="rows" data-code="E02, R01"',
    ]


def test_what_a_sentence_quotes_of_a_log_stays_text() -> None:
    made = marked('<b>\u202e 7 & "x"', [(5, 6, "E01", "rows"), (0, 3, '"><script>', "rows")], code)
    assert "<b>" not in made
    assert "<script>" not in made
    assert made.startswith('<a href="#&#34;&gt;&lt;script&gt;" ')
    assert made.endswith(">7</a> &amp; &#34;x&#34;")
    assert ">&lt;b&gt;</a>\\u202e <a " in made


def test_spans_that_overlap_or_lie_outside_are_left_out() -> None:
    text = "12 calls"
    assert marked(
        text,
        [
            (0, 2, "E01", "rows"),
            (1, 4, "E02", "rows"),
            (5, 99, "E03", "rows"),
            (4, 4, "E04", "rows"),
            (-1, 1, "E05", "rows"),
        ],
        code,
    ) == ('<a href="#E01" class="figure" title="rows" data-code="E01, R01">12</a> calls')
    assert marked(text, [], code) == text
