"""What is worked out once, when it is first asked for."""

from __future__ import annotations

from copilot.core.lazy import lazy


class Counted:
    asked = 0

    @lazy
    def answer(self) -> int:
        """Forty-two."""
        self.asked += 1
        return 42


def test_it_is_worked_out_once_and_only_when_asked() -> None:
    """The first read works it out, the others read what stands there; nobody asking, it costs nothing."""
    holder = Counted()
    assert holder.asked == 0
    assert (holder.answer, holder.answer, holder.asked) == (42, 42, 1)


def test_each_object_has_its_own() -> None:
    """What one object found is not another's."""
    one, other = Counted(), Counted()
    one.__dict__["answer"] = 7
    assert (one.answer, other.answer) == (7, 42)


def test_the_class_keeps_its_documentation() -> None:
    """Read from the class it is the property itself, with its docstring."""
    assert Counted.answer.__doc__ == "Forty-two."
