"""Words of service talk that say the same thing: how a paraphrase is recognised. Data, and its reading."""

from __future__ import annotations

# A line is one idea: the first word names it, the others are ways to say it, as stems or whole words.
_IDEAS = """
sorry apolog regret condolence
refund reimburse repay
replacement replace exchange swap
waive
parcel packag shipment
supervisor manager superior
call ring rang phone
technician engineer plumber electrician mechanic fitter somebody someone
check look see find test search pull review examine investigat verify chase locate lookup
tell say read give mention describe talk
explain
send ship post mail sent forward dispatch resend
start begin outset
router box modem hub
solve fix sort settle resolve repair
come came arriv
charge bill debit
transfer pass hand connect
lost lose gone vanish disappear miss
mother mum mom mam
father dad
manual manually
off disabl deactivat
auto automatic
renew renewal
noon midday
mistake fault slip
frustrat annoy madden irritat
fright frighten scary scar worry worri alarm terrif
exhaust tiring
angry furious mad upset
hear understand realis realiz gather
again repeat
end finish stop
whole entire full
thank appreciat grateful
want need wish like prefer
now moment minute second current
version release edition
light lit
room chamber
visit appointment slot
mine personal own myself
document paper form
screen display
street road
power electric
internet broadband wifi connection
work job
lock
money saving cash fund
wait held hold queue
anything something
help assist
order purchase
book reserv reservation
password passcode
case ticket claim
news update
happen occur
colour color
note letter
cancel end
clean tidy
drop deliver delivery
loud noise noisy quiet
"""

# Several words that are one: a part of them that is cheap to look for, what is said, what it is read as.
JOINED: tuple[tuple[str, str, str], ...] = (
    ("back", r"\bmoney (?:straight |all )?back\b", "refund"),
    (" one", r"\b(?:a|the|another|brand) new one\b|\banother one\b", "replacement"),
    ("no", r"\bno[ -]one\b", "nobody"),
    (" up", r"\b(?:turn|show)(?:ed|s|ing)? up\b", "come"),
    (" up", r"\b(?:hang|hung)(?:ing)? up\b", "end"),
    ("end", r"\bend(?:ing)? (?:the|this|our) (?:call|chat)\b", "end"),
    (" hand", r"\bby hand\b", "manual"),
    (" off", r"\b(?:take|taking|took) ((?:[\w']+ ){1,4})off\b", r"waive \1"),
    (" off", r"\b(?:switch|turn)(?:ed|ing)? (?=(?:[\w-]+ ){0,3}off\b)", ""),
    ("money", r"\b(?:took|take|taken|taking) (?:the |your |out )?money\b", "charge"),
    ("put", r"\b(?:put|putting) ((?:[\w']+ ){1,3})(?:on|through)$", r"transfer \1"),
    ("walk", r"\bwalk (?:me|us) through\b", "tell"),
    ("through", r"\bg(?:o|oing|one) through\b", "explain"),
    (" out", r"\b(?:find|finding|found) out\b", "check"),
    (" down", r"\btrack ((?:[\w']+ ){1,3})down\b", r"check \1"),
    ("front", r"\b(?:from|at|on) (?:the |its )?front\b", "front"),
)

_NUMBERS = {
    word: number
    for number, word in enumerate(
        "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen "
        "sixteen seventeen eighteen nineteen".split()
    )
}
_TENS = {
    word: 10 * number
    for number, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
_ORDINALS = {
    word: number
    for number, word in enumerate(
        "third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth".split(), start=3
    )
}


def idea_of_words() -> dict[str, str]:
    """Each word to the name of its idea; the first line that has it decides."""
    found: dict[str, str] = {}
    for line in _IDEAS.strip().splitlines():
        name, *others = line.split()
        for word in (name, *others):
            found.setdefault(word, name)
    return found


def as_figures(words: list[str]) -> list[str]:
    """Number words as figures: 'twenty five' is 25, 'twice' is 2, 'third' is 3."""
    figures: list[str] = []
    tens = 0
    for word in words:
        if word in _TENS:
            if tens:
                figures.append(str(tens))
            tens = _TENS[word]
            continue
        unit = _NUMBERS.get(word, 0)
        if tens and 0 < unit < 10:
            figures.append(str(tens + unit))
            tens = 0
            continue
        if tens:
            figures.append(str(tens))
            tens = 0
        if word in _NUMBERS:
            figures.append(str(unit))
        elif word in _ORDINALS:
            figures.append(str(_ORDINALS[word]))
        else:
            figures.append("2" if word == "twice" else "1" if word == "once" else word)
    return [*figures, str(tens)] if tens else figures
