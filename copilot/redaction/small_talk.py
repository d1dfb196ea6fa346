"""Small talk: what is said between the pieces of a number without changing the subject."""

from __future__ import annotations

import re

# Words that neither start another subject nor end a number: backchannels, stalling, asking for the rest.
_THIN = frozenset(
    re.findall(
        r"\S+",
        """
    uh uhh uhm um umm er err erm hm hmm mm mmm mhm ah eh huh oh okay ok k yes yeah yep yup aye no nope
    right sure go on ahead carry continue keep going got it it's its that that's thats thanks thank you
    great perfect lovely brilliant good alright all and then next the first second third last final
    middle other rest remaining another digits digit numbers number part bit half group set are is was
    were so sorry again repeat please could can would will wait hang hold one sec moment minute just a
    let let's me see find where i i'm i've am not correct exactly what after which by followed ends
    starts ending starting begins continuing with in of from read reading back say said saying did do
    have has to my your here this there writing down noted still listening ready pardon excuse come cool
    fine actually well like know think now up be give gave take taking time slowly front long card space
    dash hyphen point dot stop pause comma for too double triple bear cheers mate sir madam ma'am love
    dear four three two if when we they line hear heard missed catch caught lost broke breaking cut
    sounds gotcha understood absolutely definitely course should make copy tell same as before yet but
    more once also checking looking getting purse wallet glasses bag pocket light small print tiny faded
    worn s ll re ve m d t don't didn't can't couldn't zero five six seven eight nine need needs only
    visa mastercard amex american express debit credit maestro master discover diners
    """,
    )
)
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_THIN_WORDS = 14


def is_thin(part: str) -> bool:
    """Whether a stretch of text says nothing of weight."""
    if len(part) > _THIN_WORDS * 12:
        return False
    words = _WORD.findall(part.replace("’", "'"))
    return len(words) <= _THIN_WORDS and _THIN.issuperset(words)
