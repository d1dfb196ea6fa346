"""A phrase is English: Latin letters, English function words, not another language's."""

from __future__ import annotations

import re
import unicodedata

from copilot.core.function_words import ENGLISH
from copilot.core.types import Draft, Moment, Refusal

_WORD = re.compile(r"[a-zà-öø-ÿ]+(?:'[a-z]+)?")
_FOREIGN = (
    frozenset(
        (
            "und nicht der die das ist ich sie wir bitte danke für mit ihre ihr einen eine auf auch"
            " werden haben kann "
            "le les des est vous nous je votre merci pour avec dans une sur pas que qui ce cette être"
            " avez suis désolé "
            "el los las es usted gracias por para con una su señor lo siento está estoy puedo hacer muy"
            " tiene como voy va ahora mismo mi mis con los pedido "
            "il di che sono grazie prego mi dispiace della nel gli "
            "o os não você obrigado obrigada uma seu sua em muito "
            "het een niet ik u van voor met zijn dank graag"
        ).split()
    )
    - ENGLISH
)
_FEW_WORDS = 3
_TOO_FOREIGN = 3


def language(draft: Draft, moment: Moment) -> Refusal | None:
    text = draft.text
    if not text.isascii():
        strange = sum(c.isalpha() and not unicodedata.name(c, "").startswith("LATIN") for c in text)
        if strange:
            return Refusal("language", "letters of another script")
        accented = sum(c.isalpha() and not c.isascii() for c in text)
        if accented * 12 > len(text):
            return Refusal("language", "not English")
    words = _WORD.findall(text.lower().replace("’", "'"))
    if len(words) <= _FEW_WORDS:
        foreign = sum(map(_FOREIGN.__contains__, words))
        return Refusal("language", "not English") if foreign and foreign * 2 >= len(words) else None
    english = sum(map(ENGLISH.__contains__, words))
    if english * 6 < len(words):
        return Refusal("language", "no English sentence")
    if sum(map(_FOREIGN.__contains__, words)) >= _TOO_FOREIGN:
        return Refusal("language", "another language")
    return None
