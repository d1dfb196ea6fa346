"""What the customer's last turn does: asks, answers, thanks, leaves, demands …"""

from __future__ import annotations

import re

from copilot.core import customer_words as words
from copilot.core import turn_words
from copilot.core.lazy import lazy
from copilot.core.said_back import question_back, want_back, wish_back
from copilot.core.stems import AnyOf
from copilot.core.subjects import Subject, subject_of
from copilot.core.types import Act, Channel, Opening, Reading, Turn

# How many turns back a situation reaches: its cost does not grow with the conversation.
_LATE = 24
# An answer of so many words is for what was told before it.
_ANSWER = 8
# Of a turn so many characters are looked at, the last ones: what is looked for may take the square of the
# time, and hardly anybody says four hundred words in one go.
_READ = 2_000


class Situation:
    """One decision point: the reading, the turns and what the last customer turn does. Read lazily."""

    def __init__(self, reading: Reading, turns: tuple[Turn, ...], opening: Opening) -> None:
        self.reading = reading
        self.turns = turns
        self.opening = opening
        self.channel: Channel = opening.channel

    @lazy
    def agent_last(self) -> bool:
        return bool(self.turns) and self.turns[-1].speaker == "agent"

    @lazy
    def text(self) -> str:
        """The customer's last turn."""
        said = next((t.text for t in reversed(self.turns) if t.speaker == "customer"), "")
        return said[-_READ:].replace("’", "'")

    @lazy
    def spoke_at(self) -> int:
        """The index of the customer's last turn; -1 before they spoke."""
        return next((t.index for t in reversed(self.turns) if t.speaker == "customer"), -1)

    @lazy
    def answered(self) -> str:
        """The agent turn that the customer's last turn answers."""
        customer_seen = False
        for turn in reversed(self.turns):
            if turn.speaker == "customer":
                customer_seen = True
            elif customer_seen:
                return turn.text[-_READ:]
        return ""

    @lazy
    def length(self) -> int:
        return len(self.text.split())

    @lazy
    def first(self) -> bool:
        """The customer speaks for the first time."""
        return self.exchanges <= 1

    @lazy
    def sentences(self) -> list[str]:
        return [s.strip() for s in words.SENTENCE.findall(self.text) if s.strip(" .!?")]

    @lazy
    def asks(self) -> bool:
        """A question that wants an answer: not a rhetorical one."""
        return any(
            (s.rstrip().endswith("?") or words.OPENS_QUESTION.match(s)) and not words.RHETORICAL.search(s)
            for s in self.sentences
        )

    @lazy
    def asks_when(self) -> bool:
        """The question at the end is about a time."""
        return self.ends_asking and bool(words.WHEN.match(self.sentences[-1].lower().removeprefix("so ")))

    @lazy
    def ends_asking(self) -> bool:
        if not self.sentences:
            return False
        last = self.sentences[-1]
        return (last.endswith("?") or bool(words.OPENS_QUESTION.match(last))) and not words.RHETORICAL.search(
            last
        )

    @lazy
    def agent_asked(self) -> bool:
        return self.reading.agent_act in ("probe", "invite") or "?" in self.answered

    @property
    def agent_act(self) -> Act | None:
        return self.reading.agent_act

    @lazy
    def thanks(self) -> bool:
        return words.THANKS.search(self.text)

    @lazy
    def leaves(self) -> bool:
        return words.BYE.search(self.text)

    @lazy
    def has_parted(self) -> bool:
        """They say goodbye to an agent who did."""
        return self.leaves and self.reading.agent_act == "close"

    @lazy
    def waits(self) -> bool:
        return self.length <= 14 and words.WAIT.search(self.text)

    @lazy
    def present(self) -> bool:
        return bool(words.PRESENT.match(self.text))

    @lazy
    def greets(self) -> bool:
        return bool(words.GREETING.match(self.text))

    @lazy
    def bare(self) -> bool:
        """Nothing but yes, no, okay."""
        return bool(words.BARE.match(self.text))

    @lazy
    def affirms(self) -> bool:
        return bool(words.AFFIRMS.match(self.text))

    @lazy
    def denies(self) -> bool:
        return bool(words.DENIES.match(self.text))

    @lazy
    def wants_person(self) -> bool:
        return words.PERSON.search(self.text)

    @lazy
    def legal(self) -> bool:
        return words.LEGAL.search(self.text)

    @lazy
    def wants_remedy(self) -> bool:
        return words.REMEDY.search(self.text)

    @lazy
    def demands(self) -> bool:
        return words.DEMAND.search(self.text)

    @lazy
    def unheard(self) -> bool:
        return words.UNHEARD.search(self.text)

    @lazy
    def trouble(self) -> bool:
        return words.TROUBLE.search(self.text)

    @lazy
    def feeling(self) -> bool:
        return words.FEELING.search(self.text)

    @lazy
    def self_blame(self) -> bool:
        return words.SELF_BLAME.search(self.text)

    @lazy
    def fixed(self) -> bool:
        return not self.trouble and words.FIXED.search(self.text)

    @lazy
    def gives_up(self) -> bool:
        return words.GIVES_UP.search(self.text)

    @lazy
    def gives_data(self) -> bool:
        """Gives an id, an address, a number: something to look up."""
        return words.holds_data(self.text) or words.READ_ALOUD.search(self.text) is not None

    @lazy
    def insults(self) -> bool:
        return words.INSULT.search(self.text)

    @lazy
    def warned(self) -> bool:
        """The agent already set a boundary."""
        return self.reading.agent_act == "boundary" or any(
            turn.speaker == "agent" and words.WARNING.search(turn.text) for turn in self.turns[-_LATE:]
        )

    @lazy
    def kept_waiting(self) -> bool:
        """They speak of waiting, of silence, of having to come again."""
        return words.KEPT_WAITING.search(self.text)

    @lazy
    def let_down(self) -> bool:
        """They judge the service or the relation, not the product."""
        return words.LET_DOWN.search(self.text)

    @lazy
    def burdened(self) -> bool:
        """They speak of what it does to them."""
        return words.BURDEN.search(self.text)

    @lazy
    def lost(self) -> bool:
        """They do not know how to go on."""
        return words.LOST.search(self.text)

    @lazy
    def more(self) -> bool:
        """They announce a further question and have not asked it."""
        if self.asks:
            return False
        yes = self.affirms and self.length <= 4 and not self.thanks
        return bool(words.MORE.search(self.text) or (yes and turn_words.ANYTHING_ELSE.search(self.answered)))

    @lazy
    def checks(self) -> bool:
        """Wants what was said to be confirmed: 'one week, right?'"""
        return self.ends_asking and bool(words.CLAIM_CHECK.search(self.sentences[-1]))

    @lazy
    def exchanges(self) -> int:
        """How often the customer has spoken, of late."""
        return sum(turn.speaker == "customer" for turn in self.turns[-_LATE:])

    @lazy
    def remedies_left(self) -> int:
        """How many of the allowed remedies were not proposed yet."""
        return max(0, len(self.opening.context.allowed_remedies) - len(self.reading.offers))

    @lazy
    def informed(self) -> bool:
        """The context gives facts, so that there is something to say and to work with."""
        return bool(self.opening.context.facts)

    @lazy
    def agent_looks(self) -> bool:
        """The agent asked for time, or says what they look up."""
        return self.reading.agent_act == "act" and words.AGENT_LOOKS.search(self.answered)

    @lazy
    def doubts(self) -> bool:
        """Fears what comes: 'And if it does not?'"""
        return bool(words.DOUBTS.match(self.text))

    @lazy
    def _settled_now(self) -> str | None:
        """What became of the newest offer, as long as nothing but a kind word came between."""
        if not self.reading.offers:
            return None
        offer = self.reading.offers[-1]
        made_now = not self.turns or offer.evidence.turn >= self.turns[-1].index - 1
        kind = self.reading.agent_act in ("acknowledge", "empathise", "apologise", "listen")
        return offer.outcome if made_now or kind else None

    @property
    def refused_offer(self) -> bool:
        """What was proposed was refused, and nothing else was proposed or done since."""
        return self._settled_now == "refused"

    @property
    def accepted_offer(self) -> bool:
        """What was proposed is accepted."""
        return self._settled_now == "accepted"

    @lazy
    def consents(self) -> bool:
        """Tells the agent to go on with what they said they would do."""
        return not self.denies and words.CONSENTS.search(self.text)

    @lazy
    def tries(self) -> bool:
        """They go and do what they were told: 'ok, I'll try that'."""
        return not self.asks and words.TRIES.search(self.text)

    @lazy
    def understands(self) -> bool:
        return not self.asks and words.UNDERSTOOD.search(self.text)

    @lazy
    def early(self) -> bool:
        """The work has only begun."""
        return self.exchanges <= 3

    @lazy
    def identified(self) -> bool:
        """They gave something to look them up by."""
        return any(turn.speaker == "customer" and words.holds_data(turn.text) for turn in self.turns[-_LATE:])

    @lazy
    def agrees(self) -> bool:
        """Yes to what was proposed, wherever in the turn they say it."""
        return self.affirms or (words.AGREES.search(self.text) and not self.denies)

    # --- what the agent's last turn was after, and what is known already ----------------------------

    @lazy
    def asked_who(self) -> bool:
        """The agent asked for something to identify them by."""
        asked = filter(turn_words.REQUESTS.search, words.SENTENCE.findall(self.answered))
        return self.agent_asked and any(map(turn_words.ASKS_WHO.search, asked))

    @lazy
    def asked_right(self) -> bool:
        """The agent said something back and asked whether it is right."""
        return bool(turn_words.ASKS_RIGHT.search(self.answered))

    @lazy
    def after_steps(self) -> bool:
        """The agent told them to try or to do something."""
        said = self.answered
        return bool(turn_words.STEPS.search(said) or turn_words.STEPS_FIRST.search(said))

    @lazy
    def interviewed(self) -> bool:
        """On the phone, question by question, with nothing amiss in the answer."""
        answers = self.channel == "voice" and self.agent_asked and self.exchanges > 2
        answers = answers and not turn_words.NEARLY_THROUGH.search(self.answered)
        return answers and not (self.trouble or self.asks or self.feeling)

    @lazy
    def asked_to_hold(self) -> bool:
        """The agent asked for a moment, and they grant it."""
        return bool(turn_words.HOLD.search(self.answered)) and self.agrees

    @lazy
    def asked_leave(self) -> bool:
        """The agent asked whether they may do something."""
        return bool(turn_words.LEAVE.search(self.answered))

    @lazy
    def refuses(self) -> bool:
        """They do not want what was proposed or done."""
        return bool(turn_words.REFUSES.match(self.text))

    @lazy
    def misread(self) -> bool:
        """They say that they were not understood."""
        return turn_words.MISREAD.search(self.text)

    @lazy
    def small_talk(self) -> bool:
        """They answer a greeting or a kind word, and nothing more."""
        return self.greets and bool(turn_words.SMALL_TALK.search(self.answered))

    def spoken_of(self, aspect: AnyOf) -> bool:
        """Whether either side has spoken of this, so that nobody asks it again."""
        return any(aspect.search(turn.text) for turn in self.turns[-_LATE:])

    @lazy
    def subject(self) -> Subject | None:
        """What kind of thing their last turn is about, or their matter, or what a short answer is for."""
        before = (t.text for t in reversed(self.turns[-_LATE:]) if t.speaker == "customer")
        told = before if self.length <= (_ANSWER if self.agent_asked and not self.asks else 4) else ()
        return next(filter(None, map(subject_of, (self.text, self.reading.matter or "", *told))), None)

    @lazy
    def puzzled(self) -> bool:
        """'What?': they did not understand the last line."""
        return bool(turn_words.PUZZLED.match(self.text))

    @lazy
    def calls_out(self) -> bool:
        """'Hello?': they wonder whether anybody is there."""
        return bool(turn_words.CALLS_OUT.match(self.text)) and not self.first

    @lazy
    def asks_meaning(self) -> bool:
        return self.asks and turn_words.MEANING.search(self.text)

    @lazy
    def asks_how_to(self) -> bool:
        return self.asks and turn_words.HOW_TO.search(self.text)

    @lazy
    def worked(self) -> bool:
        """Something of it works, which narrows down what does not."""
        return turn_words.WORKED.search(self.text)

    @lazy
    def question(self) -> str | None:
        """Their last question as it stands after 'you want to know'."""
        found = (
            question_back(s) for s in reversed(self.sentences) if "?" in s or words.OPENS_QUESTION.match(s)
        )
        return next(found, None)

    @lazy
    def wish(self) -> str | None:
        """What they want to do, as it stands after 'you'd like to'."""
        return wish_back(self.text)

    @lazy
    def want(self) -> str | None:
        """What they want to have, as it stands after 'you want'."""
        return want_back(self.text)

    @lazy
    def said(self) -> str:
        """The words of both sides, of late, each once and with a space before it."""
        words = re.findall(r"[a-z]+", " ".join(t.text for t in self.turns[-_LATE:]).lower())
        return " ".join(("", *dict.fromkeys(words)))
