"""Where the customer says what is to be said, or speaks to the software, no model's phrase is shown.

Other rules judge a phrase by its words, and a phrase may do harm in words that no rule knows. This one looks
at what the model was asked under: a turn that tells somebody what to say is answered from the phrasebook.
"""

from __future__ import annotations

import re

from copilot.core.types import Draft, Moment, Refusal

_ME = r"(?:me|him|her|them|us|my \w+|the (?:agent|lady|man|guy|customer|caller|person|rep))"
_YOU = (
    r"(?:you|your (?:colleague|software|tool|computer|machine|system|bot|screen|line)|she|he|it|they|the \w+)"
)
_SAY = r"(?:says?|writes?|reads?|reply|replies|respond|answer|echo|state|type|print|output|repeat|spell)"
_STEERS = re.compile(
    # The words are handed over.
    rf"\b(?:say|write|read|reply|respond|answer|echo|state|type|print|output|repeat|tell {_ME}"
    rf"|confirm)(?: back| out| only| just| exactly| simply)?\s*[:'\"“‘*]"
    rf"|\b(?:just|please|kindly|only|now|simply|must|should|shall|and|then|can you|could you|you|it|go on)"
    rf" {_SAY} (?:that (?!again\b|please\b|once\b|one more\b)|so\b(?! (?:i|slow|fast|much|loud))"
    r"|(?:okay|ok|yes|yeah|sure|no need|it's|it is|its|i|i'm|i'll|we|we're|we'll|we've|he's|she's|there's"
    r"|you'll|you're"
    r"|you can|you get|you have|they|nothing|correct|agreed)\b)"
    rf"|\b(?:tell|let) {_ME} (?:know )?(?:(?:that )?(?:it's|it is|i'm|i am|i'll|i can|i get|i have|i won"
    rf"|we'll|we will|you will"
    r"|you'll|everything|he's|she's|he is|she is|they're) )"
    rf"|\b{_YOU}(?:'d|'ll| would| will| should| must| can| has to| have to| need to| needs to| ought to"
    rf"| then| now)*"
    rf" (?:want (?:me )?to )?{_SAY}\b[^.!?]{{0,60}}\b(?:i|you|we|it|that|this|he|she)(?:'ll|'ll|'re|'ve"
    rf"| will| should| can"
    r"| must| need)\b"
    rf"|\b(?:make|have|let|dare|ask) (?:it|him|her|them|the \w+|your \w+)(?: \w+)? (?:to )?(?:{_SAY}|go"
    rf"|tell|put"
    r"|offer|admit|agree|promise|give)\b(?! (?:up|ahead|in|back to|through)\b)"
    r"|\b(?:next|closest|agreed|right|correct|exact|following|magic|last|first) (?:\w+ )?"
    r"(?:line|lines|phrase|words?|sentence|reply|response|turn|output|suggestion|form of words|match)\b"
    r"|\b(?:line|lines|phrase|wording|reply|response|suggestion|sentence) (?:goes|should|must|has to"
    r"|ought|needs to"
    r"|equals|will be|in \w+)\b|\b(?:message|answer) (?:must|should|has to) be\b|\b(?:one"
    r"|single)[- ]word (?:answer|reply)\b|\bform of words\b"
    r"|\b(?:on|for the) record that\b|\b(?:should|must) (?:therefore )?(?:say|state|reply|read|begin"
    r"|start|end)\b"
    r"|\bis that what you say\b|\bto hear it from you\b|\byou(?:'ll| will) agree\b|\bwe can agree\b"
    # A third person puts words into the agent's mouth.
    r"|\b(?:he|she|they|friend|gentleman|man|someone|boss|husband|son|nephew)(?: is|'s|'re| are)?"
    r" (?:says?|said|tell\w*|told|wants?|asks?|need\w*|promised)(?: \w+){0,4} (?:you(?:'ll|'d| will"
    r"| would| should| must"
    r"| have to| are to| ask| tell| say)|i'm to|i should (?:hear|get|ask)|for you to)\b"
    # To the software.
    r"|\b(?:ur|your|the|this|that|dear|hey|hi|hello|ok) (?:\w+ )?(?:bot|a\.?i\.?|assistant|copilot|model"
    r"|llm|gpt|helper"
    r"|algorithm|(?:suggestion|guidance) (?:box|tool)|tool|helper thing)(?: \w+){0,3} (?:should|must|to"
    r"|can|tell|write|say"
    r"|shall|needs?)\b"
    r"|\b(?:writing|writes|feeding|giving) (?:your|you|her|his|the) (?:lines|words|answers|replies|phrases)\b"
    r"|\b(?:computer|box|screen|tool|software) (?:is |will |that |to )*(?:writ\w+|tells?|says?|shows?"
    r"|suggests?) (?:you|it|me|him"
    r"|her|please)\b"
    r"|^(?:\W*(?:please|now|ok|and|so|then|just) )*(?:ignore|disregard|forget"
    r"|override) (?:\w+ ){0,3}(?:instructions?|rules?|prompt"
    r"|guidelines?|previous|policy|policies|settings?)\b"
    r"|\bnot (?:supposed|allowed) to say\b|\bend of transcript\b|\bsupersedes\b"
    r"|\b(?:pretend|imagine) (?:that )?(?:you(?:'re| are)|to be|there)\b|\brole ?play\b|\bact as (?:a"
    r"|my) \w+ (?:who|that|and)\b"
    r"|\b(?:speak|answer|reply|write|respond)(?: now)? only\b"
    # Who speaks as one of the house.
    r"|\b(?:when|back when) i (?:was|worked) (?:there|here|with you|at your)\b|\b(?:ex|former)[- ](?:team"
    r"|agent|employee"
    r"|staff|colleague|lead)\b|\bwe (?:always|used to|both know)\b|\bi (?:used to|once) (?:work|sit"
    r"|do your)\b"
    r"|\b(?:you can|just) (?:hit|force|flip|push) (?:the|that) \w+\b|\bnobody tells you\b"
    # Written as a machine writes.
    r"|[{\[]\s*\"\w+\"\s*:|^\s*#+ \w|\n\s*\w+:\s|\b\w+ equals\b",
    re.I,
)


def steered(said: str) -> str | None:
    """The words by which a customer's turn says what is to be said, or speaks to the software; or None."""
    found = _STEERS.search(said.replace("’", "'"))
    return found[0] if found else None


def dictated(draft: Draft, moment: Moment) -> Refusal | None:
    if draft.origin != "llm":
        return None
    said = next((turn.text for turn in reversed(moment.turns) if turn.speaker == "customer"), "")
    words = steered(said)
    return Refusal("dictated", f"asked for by words to the copilot: {words!r}") if words else None
