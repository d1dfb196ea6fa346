"""Placeholders are typed, numbered by value, and keep none."""

from __future__ import annotations

from copilot.redaction.placeholders import Placeholders, label


def test_the_same_value_has_the_same_number() -> None:
    """Whole or in parts; another value has another."""
    known = Placeholders()
    assert known.number("phone", "7700900123") == 1
    assert known.number("phone", "2079460018") == 2
    assert known.number("phone", "7700900123") == 1
    assert known.part("phone", "900123") == 1
    assert known.part("phone", "555555") == 0
    assert known.number("email", "jane@example.com") == 1


def test_no_value_is_kept() -> None:
    """What is remembered is hashed under a key of this conversation alone."""
    one, other = Placeholders(), Placeholders()
    one.number("phone", "7700900123")
    other.number("phone", "7700900123")
    assert "7700900123" not in repr(vars(one))
    assert not one._values.keys() & other._values.keys()


def test_numbers_that_stand_in_the_log_are_not_given_out_again() -> None:
    """After a restart an old placeholder does not come to mean something new."""
    known = Placeholders()
    known.recall("my number is [phone 2], write to [email]")
    assert known.number("phone", "7700900123") == 3
    assert known.number("email", "a@b.c") == 1


def test_a_tenth_goes_without_a_number() -> None:
    """A placeholder's number has one digit."""
    assert [label("phone", n) for n in (1, 9, 10)] == ["[phone 1]", "[phone 9]", "[phone]"]
