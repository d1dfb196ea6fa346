"""The named conditions of the policy's table: what must hold at a decision point."""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter

from copilot.core import turn_words
from copilot.core.situation import Situation
from copilot.core.types import Act

When = Callable[[Situation], bool]

# A turn of more words than these is a story.
STORY = 28
# From this heat on it is anger.
_ANGER = 2
# The acts by which an agent says what is to come.
COMING: tuple[Act, ...] = ("expect", "escalate", "follow_up", "confirm")

# … as the situation names them
affirms = attrgetter("affirms")
after_steps = attrgetter("after_steps")
agent_asked = attrgetter("agent_asked")
agrees = attrgetter("agrees")
asks = attrgetter("asks")
asks_when = attrgetter("asks_when")
bare = attrgetter("bare")
burdened = attrgetter("burdened")
consents = attrgetter("consents")
doubts = attrgetter("doubts")
early = attrgetter("early")
ends_asking = attrgetter("ends_asking")
first = attrgetter("first")
fixed = attrgetter("fixed")
identified = attrgetter("identified")
gives_up = attrgetter("gives_up")
informed = attrgetter("informed")
insults = attrgetter("insults")
kept_waiting = attrgetter("kept_waiting")
let_down = attrgetter("let_down")
looks = attrgetter("agent_looks")
lost = attrgetter("lost")
more = attrgetter("more")
present = attrgetter("present")
refused = attrgetter("refused_offer")
small_talk = attrgetter("small_talk")
trouble = attrgetter("trouble")
understands = attrgetter("understands")
unheard = attrgetter("unheard")
waits = attrgetter("waits")
wants_person = attrgetter("wants_person")
warned = attrgetter("warned")


def venting(s: Situation) -> bool:
    return s.reading.phase == "venting"


def acknowledged(s: Situation) -> bool:
    return s.reading.phase == "acknowledged"


def solving(s: Situation) -> bool:
    return s.reading.phase == "solving"


def closing(s: Situation) -> bool:
    return s.reading.phase == "closing"


def calm(s: Situation) -> bool:
    return s.reading.heat == 0


def irritated(s: Situation) -> bool:
    return s.reading.heat >= 1


def angry(s: Situation) -> bool:
    return s.reading.heat >= _ANGER


def abusive(s: Situation) -> bool:
    return s.reading.heat == 3


def bare_abuse(s: Situation) -> bool:
    """Insults, and no complaint in them that could be taken up."""
    return not (s.unheard or s.kept_waiting or s.trouble or s.wants_remedy) and (s.insults or s.length <= 12)


def untold(s: Situation) -> bool:
    """A greeting or a word or two: the matter has not been told yet."""
    return s.greets or (s.length <= 3 and not s.trouble and not s.gives_data)


def long(s: Situation) -> bool:
    return s.length > 15


def story(s: Situation) -> bool:
    """So much was told that only a paraphrase shows that it was heard."""
    return s.length > STORY


def late(s: Situation) -> bool:
    """The wait itself is the matter."""
    return s.reading.cause == "expectation"


def mixed(s: Situation) -> bool:
    """They were told different things, or nothing."""
    return s.reading.cause == "miscommunication"


def downcast(s: Situation) -> bool:
    """Upset, and not out of anger."""
    return s.reading.emotion in ("fear", "anxiety", "embarrassment")


def upset(s: Situation) -> bool:
    """Not heard and irritated, or angry in the middle of the work."""
    return (venting(s) and irritated(s)) or (solving(s) and angry(s))


def complains(s: Situation) -> bool:
    return s.feeling or s.kept_waiting or s.unheard


def unsettled(s: Situation) -> bool:
    """More than a short, sober word at parting."""
    return s.reading.heat >= 2 or s.trouble or complains(s) or s.length > 15


def idle(s: Situation) -> bool:
    """A word while the agent looks something up: nothing asked, nothing complained of."""
    while_looking = s.length <= 8 and (s.agent_looks or s.reading.agent_act == "listen")
    return while_looking and not (s.asks or s.denies or s.trouble or complains(s))


def protests(s: Situation) -> bool:
    """They deny or complain anew; a bare answer ('For five days') is neither."""
    return s.denies or (s.length > 6 and (s.trouble or s.kept_waiting)) or s.unheard or s.feeling


def answers(s: Situation) -> bool:
    """They give what the agent asked for."""
    return s.agent_asked and not s.asks


def plainly_answers(s: Situation) -> bool:
    """Irritated, yet they give what was asked for and no more."""
    short = s.agent_asked and s.length <= 10
    given = short and (s.affirms or s.gives_data)
    return given and not (s.asks or s.trouble or s.unheard or s.feeling or s.denies)


def gives_data(s: Situation) -> bool:
    return s.gives_data and not s.asks


def thanks(s: Situation) -> bool:
    return s.length <= 12 and s.thanks


def disappointed(s: Situation) -> bool:
    return s.reading.emotion in ("disappointment", "fear", "anxiety", "embarrassment")


def denies(s: Situation) -> bool:
    return s.denies


def wants_remedy(s: Situation) -> bool:
    return s.wants_remedy


def can_offer(s: Situation) -> bool:
    """The context allows a remedy that was not proposed yet."""
    return s.remedies_left > 0


def tried(s: Situation) -> bool:
    """The work has gone on for a while: two answers at least were given."""
    return s.exchanges >= 2


def breaks(s: Situation) -> bool:
    """Something does not work, or is not clear: there is something to find out."""
    return s.reading.cause in ("breakage", "confusion")


def sober(s: Situation) -> bool:
    """Nothing in it but the matter: no complaint of us, no feeling, no question."""
    return not (complains(s) or s.let_down or s.asks)


def grants(s: Situation) -> bool:
    """The agent asked whether they may do something, or for a moment: yes."""
    return (s.asked_leave or s.asked_to_hold) and (s.bare or s.affirms)


def gives_any_data(s: Situation) -> bool:
    return s.gives_data


def written(s: Situation) -> bool:
    """Not by phone, where an interview goes question by question."""
    return s.channel == "chat"


def asked_enough(s: Situation) -> bool:
    return s.exchanges >= 6


def wants_answer(s: Situation) -> bool:
    return s.asks or s.demands or s.wants_remedy


def short(s: Situation) -> bool:
    return s.length <= 12


def relieved(s: Situation) -> bool:
    return s.reading.emotion == "relief" or s.accepted_offer


def after(*acts: Act) -> When:
    return lambda s: s.agent_act in acts


class Both:
    """All of the conditions hold."""

    __slots__ = ("conditions",)

    def __init__(self, conditions: tuple[When, ...]) -> None:
        self.conditions = conditions

    def __call__(self, s: Situation) -> bool:
        # `all` over a generator costs more than most conditions.
        for condition in self.conditions:  # noqa: SIM110
            if not condition(s):
                return False
        return True


def heard(s: Situation) -> bool:
    """What they complain of has been acknowledged."""
    return s.reading.heard


def agent_asks(s: Situation) -> bool:
    """They were asked something, by what the agent did and by the words of it."""
    return s.agent_act == "probe" and "?" in s.answered


def defies(s: Situation) -> bool:
    """They will not have what they were told, and say so with force."""
    return "!" in s.text or turn_words.DEFIES.search(s.text)


def regrets(s: Situation) -> bool:
    """They take back their own tone."""
    return s.length <= STORY // 2 and not s.asks and turn_words.REGRETS.search(s.text)


def grieves(s: Situation) -> bool:
    """They speak of a death."""
    return not s.asks and turn_words.GRIEF.search(s.text)


def did_it(s: Situation) -> bool:
    """They report what they did, or that they have it, and nothing is amiss."""
    fine = s.length <= STORY // 2 and not (s.asks or s.trouble)
    return fine and bool(turn_words.DID_IT.search(s.text)) and not turn_words.NOT_YET.search(s.text)


def not_come(s: Situation) -> bool:
    """What was to be sent to them has not come."""
    return turn_words.NOT_COME.search(s.text)


def shy(s: Situation) -> bool:
    """Their first words, and they have said nothing of what it is about."""
    return s.first and s.length <= 6 and not (s.trouble or s.gives_data or s.asks or s.thanks)


def symptom(s: Situation) -> bool:
    """The first word of what is wrong, and nothing to look it up by."""
    return s.early and s.trouble and not gives_data(s)


# --- what keeps a calm moment from being left to the agent ---------------------------------------------


def calm_lately(s: Situation) -> bool:
    """No heat now or at their turn before, and no anger as far back as it is remembered."""
    heats = s.reading.heats
    return s.reading.heat == 0 and max(heats[-2:], default=0) == 0 and max(heats, default=0) < _ANGER


def pressing(s: Situation) -> bool:
    """They complain, refuse or demand, or ask while an earlier question of theirs is open."""
    open_before = any(question.evidence.turn < s.spoke_at for question in s.reading.questions)
    return complains(s) or s.denies or s.legal or s.wants_remedy or (s.asks and open_before)


def ails(s: Situation) -> bool:
    """They tell of something that is wrong, or that is still wrong after what they did."""
    return s.trouble or (s.after_steps and turn_words.NOT_YET.search(s.text))


def adrift(s: Situation) -> bool:
    """They do not know how to go on, did not understand, or wonder whether anybody is there."""
    return s.lost or s.puzzled or s.calls_out or s.asks_meaning or s.misread


def owed(s: Situation) -> bool:
    """A promise that named a time is open, or an offer was not accepted."""
    promised = any(promise.by is not None and not promise.kept for promise in s.reading.promises)
    return promised or any(offer.outcome != "accepted" for offer in s.reading.offers[-1:])


def told_no(s: Situation) -> bool:
    return turn_words.TOLD_NO.search(s.answered)


def takes_leave(s: Situation) -> bool:
    return s.thanks or s.leaves


def both(*conditions: When) -> When:
    return Both(conditions)


def either(*conditions: When) -> When:
    return lambda s: any(condition(s) for condition in conditions)


def unless(condition: When) -> When:
    return lambda s: not condition(s)
