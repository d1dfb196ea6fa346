"""What they asked or want, turned round so that a phrase can say it back: 'whether you can print it'."""

from __future__ import annotations

import re

from copilot.core.customer_words import RHETORICAL
from copilot.core.placeholders import worded

_MOST_WORDS = 13
_GAVE = "I gave"
_MOST_WISHED = 10
_OPENING = re.compile(
    r"^(?:(?:and|but|so|ok|okay|well|hi|hello|also|or|then|yes|no|great|right|sorry|thanks|thank you"
    r"|please|now|good (?:morning|day|evening|afternoon))[,.!]?\s+)+",
    re.I,
)
_ENDING = re.compile(r"[\s,]+(?:please|then|now|right|exactly|though|by the way|thanks|thank you)$", re.I)
# What cannot be said aloud, or holds more than one thought.
_UNFIT = re.compile(
    r"[^\w\s'’$€£%/-]|\b(?:prs-?org|name-\w|alphanumericid|creditcard|phonenumber|deviceid|email|url)\b"
    r"|\d{5,}|\b(?:mean|fuck\w*|shit\w*|hell|damn|idiots?|stupid|you guys|you people)\b|\w+_\w+",
    re.I,
)
_WHO = re.compile(r"\bwho am i\b", re.I)
# Asked of the person and not of the matter.
_OF_THE_AGENT = re.compile(
    r"(?:there|clear|sure|know|understand|read|use|not|see|hear|care|listen|help|call|repeat|believe|serious"
    r"|a |an |real|human|please|have no|[a-z]+n$|(?:an? )?(?:bot|robot))\b",
    re.I,
)
_RUN_ON = re.compile(r"(?<=\w )(?:The|It|I|My|And|But|That|We|You|They|This|There|What|Why|How)\b(?<!\bI)")
_LAST_QUESTION = re.compile(r"([A-Z][^.!?]{6,}\?)[^?]*$")
# '… from the order #NUMBER#': which one it is need not be said again.
_REFERENCE = re.compile(r"\s(?:from|for|with|of|on|via|to|by|in)(?:\s[a-z]+){0,3}\s[#\[]\w+[#\]]$", re.I)
# Where a question begins that follows without a full stop: 'it is gone When do I get it?'
_NEXT_ASKED = re.compile(
    r"(?<=[a-z0-9])\s+(?=(?:When|What|How|Why|Where|Who|Can|Could|Is|Are|Do|Does|Did|Will|Should|Have)\s+[a-z])"
)
# 'How come it stopped?' and 'Plans are monthly, right?'
_HOW_COME = re.compile(r"how come (?P<rest>.+)$", re.I)
_CHECKED = re.compile(
    r"(?P<claim>(?:[a-z-]+ ){1,3}(?:is|are|was|were|will|can|has|have) [^,]+), (?:right|correct|isn't it)$",
    re.I,
)
_SHORT_IS = re.compile(r"^(what|when|where|who|how)['’]s\b", re.I)
_WH = r"(?P<wh>(?:what|which|how)(?:\s+(?!is\b|are\b|was\b|do\b|can\b)[a-z]+){0,2}?|when|where|who|why)"
_PRONOUN = r"i|you|we|they|it|he|she|there|this|that|these|those|someone|anyone|everything"
_THING = r"(?:the|my|your|our|this|that|these|those)\s+[a-z-]+"
_VERB = (
    r"(?:be|have|get|take|come|arrive|go|work|cost|happen|need|show|start|stop|end|expire|ship|reach|leave"
    r"|open|close|call|change|apply|pay|send|mean|look|run|charge)"
)
_STATE = (
    r"(?:still|available|not|on|in|at|from|ready|free|valid|possible|correct|open|closed|due|late|lost|so|too"
    r"|\w+ed|\w+ing|\w+able|\w+ly)"
)
_MODAL = r"can|could|will|would|should|must|may|might|can['’]t|won['’]t|shouldn['’]t"
_BE = r"is|are|was|were|am"
_ASKED = tuple(
    re.compile(rf"(?:{_WH}\s+)?(?P<aux>{aux})\s+(?P<who>{who})(?P<rest>{rest})$", re.I)
    for aux, who, rest in (
        (f"{_MODAL}|{_BE}|do|does|did|have|has", _PRONOUN, r"(?:\s+.+)?"),
        (_MODAL, _THING, rf"\s+{_VERB}\b.*"),
        (_MODAL, rf"{_THING}\s+[a-z-]+", rf"\s+{_VERB}\b.*"),
        ("does|did", _THING, rf"\s+{_VERB}\b.*"),
        (_BE, _THING, rf"\s+{_STATE}\b.*"),
        ("has|have", _THING, r"\s+(?:been|not|already|still|\w+ed)\b.*"),
    )
)
_WHERE_IS = re.compile(
    rf"(?P<wh>what|when|where|who|how)\s+(?P<aux>is|are|was|were)\s+(?P<who>{_THING}(?:\s+[a-z-]+){{0,4}})$",
    re.I,
)
_TURNED = {
    "i": "you", "me": "you", "my": "your", "mine": "yours", "myself": "yourself", "i'm": "you're",
    "i've": "you've", "i'll": "you'll", "i'd": "you'd", "am": "are", "we": "you", "us": "you", "our": "your",
    "ours": "yours", "we're": "you're", "we've": "you've", "we'll": "you'll", "we'd": "you'd",
    "your": "our", "yours": "ours", "you're": "we're", "you've": "we've", "you'll": "we'll", "you'd": "we'd",
}  # fmt: skip
_WORD = re.compile(r"[a-z]+(?:['’][a-z]+)?", re.I)
# After these words 'you' acts, so that it becomes 'we' and not 'us'.
_ACTS = re.compile(
    r"\s+(?:can|could|will|would|should|are|were|have|had|do|did|don['’]t|didn['’]t|said|say|told|sent|need"
    r"|want|offer|sell|charged?|took|take|promised|gave|get|got)\b",
    re.I,
)
_PAST = {
    "say": "said", "get": "got", "go": "went", "come": "came", "take": "took", "send": "sent", "pay": "paid",
    "give": "gave", "make": "made", "do": "did", "have": "had", "find": "found", "see": "saw",
    "buy": "bought", "tell": "told", "lose": "lost", "cut": "cut", "put": "put", "leave": "left",
    "happen": "happened",
    "order": "ordered", "open": "opened", "cancel": "cancelled", "ship": "shipped", "stop": "stopped",
    "deliver": "delivered", "work": "worked", "call": "called", "show": "showed", "need": "needed",
    "start": "started", "end": "ended", "ask": "asked", "check": "checked",
}  # fmt: skip
_WISH = re.compile(
    r"\b(?:(?:i|we)(?:['’]d| would) (?:really |just |also )?(?:like|love) to"
    r"|(?:i|we) (?:just |only |also |still )?(?:want|need|wish|have been trying|was trying|was hoping) to"
    r"|i['’]?(?: a)?m (?:just )?trying to"
    r"|^(?:hi|hello)?[, ]*(?:can|could|may|how (?:do|can|could)) i)\s+"
    r"(?P<deed>[a-z]+\b[^.,;:!?()\n]*)",
    re.I,
)
_WISH_ENDS = re.compile(
    r"\s(?:because|but|since|so|as|and|which|however|is (?:this|it|that)|before|until|while|if|although|-|–)"
    r"\s.*$",
    re.I,
)
_MORE_ABOUT = re.compile(
    r"\b(?:like|want|need|looking for) (?:some |more |further )*(?:information|info|details)"
    r" (?:about|on|regarding) (?P<about>[^.,;:!?()\n]+)",
    re.I,
)
_LONGEST_WANT = 9
# 'I want my cards back', 'we need someone to come', 'I want to know where it is', 'I want you to call me'
_WANT = re.compile(
    r"\b(?:(?:i|we)(?:['’]d| would) (?:really |just |also )?like"
    r"|(?:i|we) (?:just |only |really |still |also |simply )?(?:want|need|demand|expect|request)"
    r"|all (?:i|we) (?:want|need) is)\s+"
    r"(?:(?P<us>(?:you|someone|somebody) to [a-z]+\b[^.,;:!?()\n]*)"
    r"|(?P<know>to know (?:where|when|why|what|how|whether|if|who|which)\b[^.,;:!?()\n]*)"
    r"|(?:to (?:get|have|receive|see) )?"
    r"(?P<noun>(?:my|our|the|an?|some|your|this|these|those)\s+[a-z][^.,;:!?()\n]*))",
    re.I,
)
_WANT_ENDS = re.compile(r"\s(?:or|then|now|immediately|right away|if)\b.*$", re.I)
_LOOSE_END = re.compile(r"\b(?:the|an?|my|our|to|of|for|with)$", re.I)
_NO_WANT = re.compile(
    r"(?:you|someone|somebody) to (?:know|understand|be|see|stop|listen|read|say|go|imagine)\b"
    r"|(?:a|an|some|the|your|my) (?:\w+ )?(?:questions?|minutes?|moments?|seconds?|problems?|issues?|help"
    r"|person|human|manager|supervisor|name|one|same|day|time|same thing)\b"
    r"|some of\b|this\b(?! \w)|\w+ \w+ing\b",
    re.I,
)
_NO_WISH = re.compile(
    r"(?:finally|know (?:where|when|why|what|how)"
    r"|talk|speak|contact|complain|sue|say|ask|tell|thank|point|be|see|get in|help|hear|call|leave|give|wait"
    r"|do (?:it|that|this)|go|have|make|lodge|file|vent|let|stop|register a)\b",
    re.I,
)


def asked_back(said: str) -> str | None:
    """The agent's own last question, to be asked once more; None where it has what cannot be said."""
    found = _LAST_QUESTION.search(said)
    if found is None:
        return None
    asked = _OPENING.sub("", found[1].strip())
    return None if len(asked.split()) > _MOST_WORDS or _UNFIT.search(asked[:-1]) else asked


def question_back(sentence: str) -> str | None:
    """Their question as it stands after 'you want to know'; None where it does not turn round safely."""
    sentence = worded(_NEXT_ASKED.split(sentence)[-1], _GAVE)
    if checked := _CHECKED.match(_OPENING.sub("", sentence.strip().rstrip("?!. "), count=1)):
        claim = checked["claim"]
        fits = len(claim.split()) <= _MOST_WORDS and not _UNFIT.search(claim)
        return f"whether {turned(claim[0].lower() + claim[1:])}" if fits else None
    words = _ENDING.sub("", _OPENING.sub("", sentence.strip().rstrip("?!. ").strip(), count=1)).strip()
    words = _REFERENCE.sub("", _SHORT_IS.sub(r"\1 is", words))
    if not 3 <= len(words.split()) <= _MOST_WORDS or _UNFIT.search(words) or _RUN_ON.search(words):
        return None
    if _WHO.search(words):
        return None  # of the agent, not of the matter
    if RHETORICAL.search(words) and not words.lower().startswith(("why ", "how long ")):
        return None
    if come := _HOW_COME.match(words):
        return f"why {turned(come['rest'])}"
    found = _WHERE_IS.match(words)
    if found and found["who"].split()[-1].lower() not in ("for", "about", "to", "with", "of", "in", "on"):
        return f"{found['wh'].lower()} {turned(found['who'])} {found['aux'].lower()}"
    for form in _ASKED:
        if found := form.match(words):
            return _indirect(found)
    return None


def _indirect(found: re.Match[str]) -> str | None:
    lead, aux = (found["wh"] or "whether").lower(), found["aux"].lower().replace("’", "'")
    who, rest = found["who"].lower(), found["rest"].strip()
    if who == "you" and (
        lead == "why" or (lead, aux) in (("how", "can"), ("how", "are")) or _OF_THE_AGENT.match(rest)
    ):
        return None  # a reproach, or about the agent
    if lead == "how" and aux in ("do", "can", "should", "could") and who in ("i", "you", "we"):
        return f"how to {turned(rest)}" if rest else None
    if lead in ("what", "where") and aux == "should" and who in ("i", "we"):
        return f"{lead} to {turned(rest)}" if rest else None
    subject = {"i": "you", "we": "you", "you": "we"}.get(who) or turned(who)
    if (aux == "may" and rest.startswith("know")) or rest.endswith(" answer") or f"{aux} {who}" == "do it":
        return None
    if aux in ("do", "does", "did"):
        verb = _inflected(rest.split()[0].lower(), aux) if rest else None
        if verb is None:
            return None
        return " ".join([lead, subject, verb, turned(" ".join(rest.split()[1:]))]).strip()
    if lead == "how" and aux in ("can", "could") and rest.startswith("be"):
        return None  # disbelief
    if not rest and aux not in ("is", "are", "was", "were"):
        return None
    if not rest and lead == "whether":
        return None
    aux = {"am": "are", "was": "were" if who == "i" else "was"}.get(aux, aux)
    return " ".join([lead, subject, aux, turned(rest)]).strip()


def _inflected(verb: str, aux: str) -> str | None:
    if not verb.isalpha() or verb in ("not", "still", "also", "even", "really", "always", "ever", "n't"):
        return None
    if aux == "do":
        return verb
    if aux == "did":
        return _PAST.get(verb) or (f"{verb}d" if verb.endswith("e") else None)
    if verb == "have":
        return "has"
    if re.search(r"(?:s|x|z|ch|sh|o)$", verb):
        return f"{verb}es"
    return f"{verb[:-1]}ies" if re.search(r"[^aeiou]y$", verb) else f"{verb}s"


def turned(words: str) -> str:
    """Their words from the agent's side: 'my order' is 'your order', 'send me' is 'send you'."""

    def other_side(found: re.Match[str]) -> str:
        word = found[0].lower().replace("’", "'")
        if word == "you":
            return "we" if _ACTS.match(words, found.end()) else "us"
        return _TURNED.get(word, found[0])

    return _WORD.sub(other_side, words)


def wish_back(text: str) -> str | None:
    """What they want to do, as it stands after 'you'd like to', in their last words for it; None where
    there is none that reads right."""
    for found in reversed(list(_WISH.finditer(text))):
        deed = worded(_WISH_ENDS.sub("", found["deed"].strip()), _GAVE)
        deed = _ENDING.sub("", _REFERENCE.sub("", deed)).strip()
        if not 2 <= len(deed.split()) <= _MOST_WISHED or _UNFIT.search(deed):
            continue
        reason = re.search(r"\bbecause\b[^.!?]*$", text[: found.start()], re.I)
        if not (reason or _RUN_ON.search(deed) or _NO_WISH.match(deed)):
            return turned(deed[0].lower() + deed[1:])
    if asked := _MORE_ABOUT.search(text):
        about = worded(_WISH_ENDS.sub("", asked["about"]).strip(), _GAVE)
        if 1 <= len(about.split()) <= _MOST_WISHED and not _UNFIT.search(about):
            return f"find out more about {turned(about)}"
    return None


def want_back(text: str) -> str | None:
    """What they say they want, as it stands after 'you want'; None where it does not read right."""
    for found in _WANT.finditer(text):
        said = found["us"] or found["know"] or found["noun"]
        said = worded(_WANT_ENDS.sub("", _WISH_ENDS.sub("", said.strip())), _GAVE)
        said = _ENDING.sub("", _REFERENCE.sub("", said)).strip()
        if not 2 <= len(said.split()) <= _LONGEST_WANT or _UNFIT.search(said) or _RUN_ON.search(said):
            continue
        if _NO_WANT.match(said) or _LOOSE_END.search(said):
            continue
        said = " ".join(word.lower() if word.isupper() and len(word) > 3 else word for word in said.split())
        said = said.lower() if said.isupper() else said[0].lower() + said[1:]
        return f"us {turned(said[4:])}" if said.lower().startswith("you to ") else turned(said)
    return None
