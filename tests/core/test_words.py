"""Words: lower case, no apostrophes, placeholders by kind, offsets that hold."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from copilot.core.words import Words


def test_apostrophes_of_every_kind_are_dropped() -> None:
    """A word is the same however its apostrophe was typed."""
    assert Words("Don't don’t DON`T dont").norms == ["dont"] * 4


def test_a_recogniser_may_part_a_word_at_its_apostrophe() -> None:
    """What follows an apostrophe and a space still belongs to the word."""
    assert Words("I' m not sure ma' am").norms == ["im", "not", "sure", "maam"]


def test_masked_things_are_known_by_their_kind() -> None:
    """Every source's way of masking names the same kinds."""
    said = Words(
        "#NAME# NAME-F [PERSON_NAME] #EMAIL# EMAIL [card] PRS-ORG ALPHANUMERICID <link> [OCCUPATION]"
    )
    assert said.norms == [
        "<name>",
        "<name>",
        "<name>",
        "<email>",
        "<email>",
        "<number>",
        "<org>",
        "<id>",
        "<link>",
        "<thing>",
    ]


def test_the_word_email_is_no_masked_email() -> None:
    """Only capitals make a bare word a placeholder."""
    assert Words("my email").norms == ["my", "email"]


@given(st.text(max_size=200))
def test_quotes_are_the_text_at_their_offsets(text: str) -> None:
    """Any text can be quoted word by word from its offsets."""
    words = Words(text)
    assert len(words.spans) == len(words)
    for at in range(len(words)):
        quote, start, end = words.quote(at, at)
        assert quote == text[start:end]
        assert quote.strip()


@given(st.text(alphabet="abmts3é'’` .,-\n", max_size=40))
def test_a_word_is_what_is_quoted_of_it(text: str) -> None:
    """However the text is cut, each word is the quote at its place, without apostrophes."""
    words = Words(text)
    quoted = [words.quote(at, at)[0].translate(str.maketrans("", "", "'’` ")) for at in range(len(words))]
    assert words.norms == quoted


def test_masks_stand_among_words() -> None:
    """Words around and against a masked thing are words of their own, apostrophes or not."""
    assert Words("don't mail #EMAIL#'s owner,NAME-F or xprs-org, URL").norms == [
        *("dont", "mail", "<email>", "s", "owner", "<name>", "or", "xprs", "org", "<link>")
    ]
