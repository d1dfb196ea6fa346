"""The words that English sentences are held together by, and other very common ones."""

from __future__ import annotations

ENGLISH = frozenset(
    (
        "a about after again all already also always am an and any anything are as ask at back be"
        " because been "
        "before being but by call can can't come could day did didn't do does doesn't doing don't done"
        " down each "
        "else even ever every everything few find first for from get give go going good got great had"
        " happened has "
        "have having he hear hello help her here here's hi him his how i i'd i'll i'm i've if in into is"
        " isn't it "
        "it's its just know last left let let's like listening little long look looking make many may me"
        " mean might "
        "moment more most much must my need never new next no nobody not nothing now of off okay on once"
        " one only or "
        "other our out over own please put ready really right said same saw say see she should so some"
        " something "
        "sorry still stop sure take talk tell than thank thanks that that's the their them then there"
        " there's these "
        "they they're thing things think this those through time to today together too try trying two"
        " understand "
        "until up us very want was wasn't way we we'll we're we've welcome well were what what's when"
        " where which "
        "while who why will with without won't work worked working would yes yet you you'd you'll you're"
        " you've "
        "your yours"
    ).split()
)
