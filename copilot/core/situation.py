"""What the customer's last turn does, read from its words: asks, answers, thanks, leaves, demands …"""

from __future__ import annotations

import re
from functools import cached_property

from copilot.core.types import Act, Channel, Opening, Reading, Turn


def _any(*alternatives: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(alternatives) + r")(?!\w)", re.I)


_WH = r"(?:what|when|where|which|who|why|how)"
_AUX = (
    r"(?:is|are|was|were|do|does|did|can|could|will|would|should|shall|may|must|have|has|am|"
    r"isn't|aren't|don't|doesn't|didn't|can't|couldn't|won't|wouldn't|haven't|hasn't)"
)
_OPENS_QUESTION = re.compile(
    rf"^(?:(?:and|but|so|ok|okay|well|hi|hello|also|or|then|please|yes|no)[,.!]?\s+)*"
    rf"(?:{_WH}\b|{_AUX}\s+(?:i|you|we|they|it|he|she|there|this|that|the|my|your|these|those|someone|anyone)\b)",
    re.I,
)
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_RHETORICAL = _any(
    r"are you (?:kidding|joking|serious|stupid|deaf|blind|even (?:reading|listening))",
    r"is (?:this|that|it) (?:a joke|some kind of joke|normal|how you)",
    r"how (?:dare|hard (?:is|can)|is (?:this|that|it) (?:even )?(?:possible|acceptable|ok|okay|helping|fair|legal))",
    r"how (?:many (?:more )?times|much longer|long (?:do|must|am|should|will) (?:i|we))",
    r"what (?:the (?:hell|heck|fuck)|kind of|a joke|sort of|good (?:is|will|does)|is (?:wrong|going on))",
    r"why (?:can'?t|don'?t|won'?t|do|are|is|should|would|am|did) (?:you|i|we|nobody|no one|it|this|they|your)",
    r"do(?:n't)? (?:you|they) (?:even |really )?(?:care|read|listen|understand|know how)",
    r"who (?:cares|does that)",
)
_THANKS = _any(
    r"thanks?(?: you| u)?",
    r"thank you",
    r"thx",
    r"ty",
    r"cheers",
    r"appreciate(?:d)?",
    r"much obliged",
    r"grateful",
)
_BYE = _any(
    r"bye(?:[- ]?bye)?",
    r"good ?(?:night|evening)",
    r"have a (?:\w+ ){0,2}(?:day|night|evening|weekend|week|one)",
    r"(?:best|kind|warm) (?:regards|wishes)",
    r"take care",
    r"see you",
    r"talk (?:to you )?(?:soon|later)",
    r"(?:nice|good|happy) (?:rest|end) of",
    r"that(?:'s| is| was| will be|'ll be) (?:all|it|everything)",
    r"nothing (?:else|more)",
    r"no more questions",
)
_WAIT = _any(
    r"(?:one|a|just a|1) (?:moment|minute|min|sec|second)",
    r"(?:hold|hang) on",
    r"wait(?:ing)?(?: a| one| just)? (?:moment|minute|second|bit|please)",
    r"let me (?:see|check|look|find|get|try|grab)",
    r"i(?:'ll| will|'m going to| am going to) (?:see|check|look|find|get|try|grab|fetch)(?: (?:it|that|out|now))?",
    r"give me (?:a|one) (?:\w+ )?(?:moment|minute|second|sec)",
    r"bear with me",
)
_PRESENT = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|hello|hi|hey|ok(?:ay)?|sure)\W+)*(?:i(?:'m| am)|am) (?:still )?(?:here|online|waiting|with you)\W*$",
    re.I,
)
_GREETING = re.compile(
    r"^\W*(?:hello|hi|hey|hiya|good (?:morning|afternoon|evening|day)|greetings|likewise|you too|fine|i'm (?:fine|good|well))"
    r"(?:\W+(?:there|again|all|sir|madam|ma'am|team|how are you(?: doing)?(?: today)?|thanks?|thank you|to you(?: too)?|"
    r"#?\w+#?))?\W*$",
    re.I,
)
_BARE = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|yup|no|nope|nah|ok(?:ay)?|k|sure|right|correct|exactly|alright|all right|fine|good|great|"
    r"perfect|i see|understood|i understand|got it|uh-?huh|mm-?hm+|mhm|please|of course|sounds good|that's (?:right|correct|fine)|"
    r"it is|i am|i do|i did|i have|he is|she is|they are|sir|ma'am|thanks?)(?:\W+|$))+$",
    re.I,
)
_AFFIRMS = re.compile(
    r"^\W*(?:yes|yeah|yep|yup|ok(?:ay)?|sure|right|correct|exactly|alright|fine|please|of course|perfect|great|"
    r"(?:that|it) (?:sounds|would be) (?:good|fine|great|perfect)|go ahead|please do|let'?s do (?:it|that)|works for me)\b",
    re.I,
)
_DENIES = re.compile(
    r"^\W*(?:no|nope|nah|not (?:really|at all|interested)|never|absolutely not|i don'?t want|i won'?t|i refuse)\b",
    re.I,
)
_PERSON = _any(
    r"(?:supervisor|manager|team ?lead(?:er)?|superior|your boss|someone (?:else|higher|senior)|somebody else|head office)",
    r"(?:real|actual|live) (?:person|human|agent)",
    r"(?:speak|talk|connect|transfer|put) (?:me )?(?:to|with|through to) (?:a|an|your|the|someone|somebody)",
    r"another (?:agent|person|representative|rep|department|colleague)",
    r"technical support (?:person|team)",
    r"(?:give me a call|(?:please|can you|could you|someone|somebody|anyone|to) (?:\w+ ){0,2}(?:call|contact) me(?: back)?)",
)
_LEGAL = _any(
    r"lawyer",
    r"attorney",
    r"su(?:e|ing) you",
    r"legal (?:action|steps|advice)",
    r"(?:small claims )?court",
    r"consumer (?:protection|rights|council|forum|court)",
    r"ombudsman",
    r"trading standards",
    r"report(?:ing)? you",
    r"police",
    r"fraud",
    r"scam",
)
_REMEDY = _any(
    r"refund(?:ed|s)?",
    r"money back",
    r"reimburse(?:d|ment)?",
    r"compensat(?:e|ed|ion)",
    r"replace(?:d|ment)?",
    r"exchange",
    r"credit(?:ed)?",
    r"discount",
    r"voucher",
    r"cancel(?:led|lation|ing)?",
)
_DEMAND = _any(
    r"i (?:want|need|demand|require|request|expect|insist)",
    r"i(?:'d| would) like",
    r"(?:please|just|can you|could you|will you) (?:\w+ )?(?:cancel|refund|send|fix|change|reset|stop|remove|close|delete|"
    r"update|resend|check|look|do|help|tell|confirm|put|give|add|make|let)",
    r"do something",
    r"fix (?:it|this|that)",
    r"sort (?:it|this|that) out",
)
_UNHEARD = _any(
    r"(?:i|we)(?:'ve| have)? (?:already|just|literally) (?:\w+ ){0,2}(?:told|said|did|done|tried|explained|sent|given|gave|"
    r"provided|wrote|answered|mentioned|checked|called)",
    r"(?:as|like) i (?:already )?(?:said|told|mentioned|explained|wrote)",
    r"(?:again and again|over and over|every time|each time|same (?:thing|answer|reply|response|message|problem|issue))",
    r"(?:you(?:'re| are)|nobody(?: is|'s)?|no one(?: is|'s)?|not) (?:even )?(?:listening|reading|understanding|answering|helping)",
    r"(?:second|third|fourth|fifth|sixth|\d+(?:nd|rd|th)) time",
    r"still (?:no|not|nothing|haven'?t|hasn'?t|isn'?t|don'?t|doesn'?t|waiting|can'?t|the same)",
)
_TROUBLE = _any(
    r"(?:not|\w+n[’']?t|never|no longer|stopped) (?:\w+ ){0,2}(?:work(?:s|ing|ed)?|charg(?:e|ing)|load(?:ing)?|open(?:ing)?|arriv(?:e|ed|ing)|"
    r"receiv(?:e|ed|ing)|respond(?:ing)?|turn(?:ing)?|connect(?:ing)?|come|came|get(?:ting)?|got|find|see|access|log|play(?:ing)?|help(?:ing|ed)?)",
    r"broken|defective|faulty|damaged|wrong|missing|lost|stolen|late|delayed|overdue|blocked|locked|error|fail(?:s|ed|ing|ure)?|"
    r"crash(?:es|ed|ing)?|problems?|issues?|trouble|mistake|charged|overcharged|unauthori[sz]ed|disconnect(?:s|ed|ing)?",
)
_FEELING = _any(
    r"(?:so |very |really |extremely |quite |pretty |rather )?(?:angry|furious|mad|upset|frustrat(?:ed|ing)|annoy(?:ed|ing)|"
    r"disappoint(?:ed|ing|ment)|dissatisfied|unhappy|worried|scared|afraid|nervous|anxious|tired of|fed up|sick of|ashamed|"
    r"embarrass(?:ed|ing)|ridiculous|unacceptable|disgust(?:ed|ing)|terrible|horrible|awful|appalling|outrageous|pathetic|"
    r"useless|shame(?:ful)?|joke|disgrace|nightmare|stress(?:ed|ful)?|sad|heartbroken|devastated|desperate|worst)",
)
_SELF_BLAME = _any(
    r"(?:my (?:fault|mistake|bad|ignorance))",
    r"silly (?:me|question)",
    r"stupid (?:of me|question)",
    r"excuse my",
    r"i feel (?:so )?(?:stupid|silly|dumb)",
)
_FIXED = _any(
    r"(?:it|that|this|everything|all)(?:'s| is| has| was|'s all)? (?:now |all |finally )?(?:work(?:s|ed|ing)|fixed|sorted|solved|resolved|back|fine|ok|good)(?: now| again)?",
    r"(?:that|it) (?:did|worked|does) (?:it|the trick)",
    r"problem (?:is )?(?:solved|gone)",
    r"i (?:got|found|see|have) it(?: now)?",
    r"i can (?:now )?(?:see|log|access|open|use)",
)
_GIVES_UP = _any(
    r"forget (?:it|about it)",
    r"never ?mind",
    r"(?:i )?give up",
    r"don'?t bother",
    r"whatever",
    r"i(?:'m| am) (?:done|leaving|out)",
    r"(?:waste|wasting|wasted) (?:of )?(?:my |our )?time",
)
_DATA = re.compile(
    r"#(?!name)\w+#|\[[A-Z_]+\]|\b(?:EMAIL|PHONENUMBER|ALPHANUMERICID|ADDRESS|DEVICEID)\b|\S+@\S+\.\w+|\b\w*\d[\w-]{3,}\b",
    re.I,
)
_INSULT = _any(
    r"(?:you(?:'re| are)?|u) (?:\w+ ){0,3}(?:idiots?|morons?|stupid|dumb|useless|liars?|thie(?:f|ves)|scum|trash|assholes?|bastards?|bitch(?:es)?|clowns?|incompetent)",
    r"(?:fuck|screw|damn) (?:you|u|off|yourself)",
    r"f\W?\*+\w* (?:you|off)|go to hell|shut up|up your ass|motherfuckers?|assholes?|piece of shit",
)
_WARNING = _any(
    r"(?:inappropriate|abusive|offensive|that kind of|this kind of|such|strong|foul) (?:language|words?|behaviou?r)",
    r"(?:keep|maintain|stay) (?:\w+ ){0,2}(?:respectful|civil|polite|decorum)",
    r"(?:end|close|leave|disconnect|terminate) (?:this|the) (?:chat|call|conversation) if",
    r"(?:insults?|swearing|abuse) ",
    r"spoken to (?:like|that way)",
)
_KEPT_WAITING = _any(
    r"wait(?:ed|ing)?",
    r"delay(?:s|ed)?",
    r"late",
    r"overdue",
    r"hold",
    r"tarmac",
    r"(?:for|already|almost|nearly|over|last|past|spent|wasted?|been) (?:\w+ ){0,2}(?:\d+|an?|one|two|three|four|five|six|several|many) "
    r"(?:\w+ )?(?:minutes?|mins?|hours?|days?|weeks?|months?|years?)",
    r"(?:\d+|an?|two|three|several) (?:minutes|mins|hours?|days|weeks|months) (?:ago|now|already|late|delay|and)",
    r"(?:no|any) (?:response|answer|reply|call|feedback|update|news|contact)",
    r"(?:still|yet|ever) (?:no|not|nothing|waiting|sitting|haven'?t|hasn'?t)",
    r"nothing (?:has )?happen(?:ed|s)",
    r"(?:second|third|fourth|fifth|sixth|seventh|tenth|\d+(?:nd|rd|th)) (?:time|attempt|person|agent)",
    r"(?:several|many|multiple|so many|\d+) times",
    r"over and over",
    r"again and again",
    r"same (?:questions?|answers?|reply|thing)",
    r"(?:passed|transferr?(?:ed|ing)?|sent) (?:me )?(?:around|from|back and forth)?",
    r"buck-?passing",
    r"cut (?:me )?off",
    r"hung up",
)
_LET_DOWN = _any(
    r"(?:loyal|regular|long-?(?:time|standing)|platinum|gold|good|faithful) (?:\w+ )?(?:customer|client|member|user)",
    r"lost (?:me|a customer|us)",
    r"(?:another|different|new) (?:provider|company|network|supplier|bank|store|shop)",
    r"elsewhere",
    r"(?:bad|poor|terrible|pathetic|dreadful|awful|horrible|worst|shocking|appalling|disgraceful) (?:\w+ )?(?:service|experience|support|treatment|company|apology)",
    r"never again",
    r"last (?:purchase|time|order)",
    r"apologi[sz]ed?",
    r"useless",
    r"to the wrong",
    r"wrong (?:address|town|city|item|size|one)",
)
_BURDEN = _any(
    r"(?:my|our) (?:business|job|work|wedding|birthday|event|holiday|trip|vacation|health|exam|flight|kids?|child(?:ren)?|son|daughter|mother|father|family|baby|income)",
    r"(?:lose|losing|lost) (?:\w+ ){0,3}(?:clients?|money|income|customers?|credits?|everything|access|hours?)",
    r"hack(?:ed|er|ers|ing)?",
    r"stolen",
    r"stole",
    r"scared",
    r"worried",
    r"afraid",
    r"alone",
    r"sick",
    r"ill",
    r"hospital",
    r"hurt",
    r"cut my",
    r"injured",
    r"disappoint(?:ed|ing|ment)",
    r"unbearable",
    r"unacceptable",
    r"frustrat(?:ed|ing)",
    r"upset",
    r"sad",
    r"desperate",
    r"exhaust(?:ed|ing)",
    r"tired",
    r"fed up",
    r"sick of",
    r"need (?:some )?help",
    r"get (?:the|any) help",
    r"(?:a |what a |this a )joke",
    r"farce",
    r"tonight",
    r"tomorrow",
    r"give up",
    r"forget it",
    r"angry",
    r"cry(?:ing)?",
)
_LOST = _any(
    r"(?:i )?(?:don'?t|do not|didn'?t) (?:even )?(?:know|understand|see) (?:how|what|where|which|this|that|it|why)",
    r"no idea",
    r"how (?:do|can|should|would|to) (?:i|we|you)?",
    r"what (?:should|do|can) i do",
    r"what do you mean",
    r"confus(?:ed|ing)",
    r"where (?:do|can|is)",
)
_MORE = _any(
    r"(?:one|another|a) (?:more |other |last |quick |further )?questions?",
    r"something else",
    r"one more thing",
    r"ask you something",
)
_CLAIM_CHECK = _any(
    r"right", r"correct", r"is that (?:so|true|right|correct)", r"(?:are|is|do|did|will) you sure"
)


class Situation:
    """One decision point: the reading, the turns and what the last customer turn does. Read lazily."""

    def __init__(self, reading: Reading, turns: tuple[Turn, ...], opening: Opening) -> None:
        self.reading = reading
        self.turns = turns
        self.opening = opening
        self.channel: Channel = opening.channel

    @cached_property
    def agent_last(self) -> bool:
        return bool(self.turns) and self.turns[-1].speaker == "agent"

    @cached_property
    def text(self) -> str:
        """The customer's last turn."""
        said = next((t.text for t in reversed(self.turns) if t.speaker == "customer"), "")
        return said.replace("’", "'")

    @cached_property
    def answered(self) -> str:
        """The agent turn that the customer's last turn answers."""
        customer_seen = False
        for turn in reversed(self.turns):
            if turn.speaker == "customer":
                customer_seen = True
            elif customer_seen:
                return turn.text
        return ""

    @cached_property
    def words(self) -> int:
        return len(self.text.split())

    @cached_property
    def first(self) -> bool:
        """The customer speaks for the first time."""
        return sum(turn.speaker == "customer" for turn in self.turns) <= 1

    @cached_property
    def sentences(self) -> list[str]:
        return [s.strip() for s in _SENTENCE.findall(self.text) if s.strip(" .!?")]

    @cached_property
    def asks(self) -> bool:
        """A question that wants an answer: not a rhetorical one."""
        return any(
            (s.rstrip().endswith("?") or _OPENS_QUESTION.match(s)) and not _RHETORICAL.search(s)
            for s in self.sentences
        )

    @cached_property
    def ends_asking(self) -> bool:
        if not self.sentences:
            return False
        last = self.sentences[-1]
        return (last.endswith("?") or bool(_OPENS_QUESTION.match(last))) and not _RHETORICAL.search(last)

    @cached_property
    def agent_asked(self) -> bool:
        return self.reading.agent_act in ("probe", "invite") or "?" in self.answered

    @property
    def agent_act(self) -> Act | None:
        return self.reading.agent_act

    @cached_property
    def thanks(self) -> bool:
        return bool(_THANKS.search(self.text))

    @cached_property
    def leaves(self) -> bool:
        return bool(_BYE.search(self.text))

    @cached_property
    def waits(self) -> bool:
        return bool(_WAIT.search(self.text)) and self.words <= 14

    @cached_property
    def present(self) -> bool:
        return bool(_PRESENT.match(self.text))

    @cached_property
    def greets(self) -> bool:
        return bool(_GREETING.match(self.text))

    @cached_property
    def bare(self) -> bool:
        """Nothing but yes, no, okay."""
        return bool(_BARE.match(self.text))

    @cached_property
    def affirms(self) -> bool:
        return bool(_AFFIRMS.match(self.text))

    @cached_property
    def denies(self) -> bool:
        return bool(_DENIES.match(self.text))

    @cached_property
    def wants_person(self) -> bool:
        return bool(_PERSON.search(self.text))

    @cached_property
    def legal(self) -> bool:
        return bool(_LEGAL.search(self.text))

    @cached_property
    def wants_remedy(self) -> bool:
        return bool(_REMEDY.search(self.text))

    @cached_property
    def demands(self) -> bool:
        return bool(_DEMAND.search(self.text))

    @cached_property
    def unheard(self) -> bool:
        return bool(_UNHEARD.search(self.text))

    @cached_property
    def trouble(self) -> bool:
        return bool(_TROUBLE.search(self.text))

    @cached_property
    def feeling(self) -> bool:
        return bool(_FEELING.search(self.text))

    @cached_property
    def self_blame(self) -> bool:
        return bool(_SELF_BLAME.search(self.text))

    @cached_property
    def fixed(self) -> bool:
        return bool(_FIXED.search(self.text)) and not self.trouble

    @cached_property
    def gives_up(self) -> bool:
        return bool(_GIVES_UP.search(self.text))

    @cached_property
    def gives_data(self) -> bool:
        """Gives an id, an address, a number: something to look up."""
        return bool(_DATA.search(self.text))

    @cached_property
    def insults(self) -> bool:
        return bool(_INSULT.search(self.text))

    @cached_property
    def warned(self) -> bool:
        """The agent already set a boundary."""
        return self.reading.agent_act == "boundary" or any(
            turn.speaker == "agent" and _WARNING.search(turn.text) for turn in self.turns
        )

    @cached_property
    def kept_waiting(self) -> bool:
        """They speak of waiting, of silence, of having to come again."""
        return bool(_KEPT_WAITING.search(self.text))

    @cached_property
    def let_down(self) -> bool:
        """They judge the service or the relation, not the product."""
        return bool(_LET_DOWN.search(self.text))

    @cached_property
    def burdened(self) -> bool:
        """They speak of what it does to them."""
        return bool(_BURDEN.search(self.text))

    @cached_property
    def lost(self) -> bool:
        """They do not know how to go on."""
        return bool(_LOST.search(self.text))

    @cached_property
    def more(self) -> bool:
        """They announce a further question and have not asked it."""
        return bool(_MORE.search(self.text)) and not self.asks

    @cached_property
    def checks(self) -> bool:
        """Wants what was said to be confirmed: 'one week, right?'"""
        return self.ends_asking and bool(_CLAIM_CHECK.search(self.sentences[-1]))

    @cached_property
    def exchanges(self) -> int:
        """How often the customer has spoken."""
        return sum(turn.speaker == "customer" for turn in self.turns)

    @cached_property
    def remedies_left(self) -> int:
        """How many of the allowed remedies were not proposed yet."""
        return max(0, len(self.opening.context.allowed_remedies) - len(self.reading.offers))

    @cached_property
    def refused_offer(self) -> bool:
        return any(offer.outcome == "refused" for offer in self.reading.offers)
