"""What people write about the department that speaks English, as ``content_comments`` has it."""

# ruff: noqa: E501 - prose, an item a line
from __future__ import annotations

from .content_comments import BAD, GOOD

_GOOD = {
    "recipient": ("The young lady at the counter was patient, helped me fill in the form, and it was done at once.", "Submitted online, approved the next day. I had not expected that.", "I asked by telephone; they explained it clearly and told me which paper not to forget.", "Please open on Saturday mornings too; people at work cannot easily take time off."),
    "citizen": ("Getting things done has become easier these two years.", "The staff are friendly. Keep it up.", "Please explain the policies in the villages too; old people cannot cope with mobile phones."),
    "delegate": ("They took our proposal seriously and came to talk about it twice.", "Devolve more powers to the towns, and send people and money with them."),
    "counterpart": ("We work together well; a live data connection would help.", "Please announce joint inspections two days earlier."),
    "staff": ("Please give the audit sections some young people; the average age is high.", "The leaders care about rules; procedures are clearer than before.", "I hope our seconded colleagues come back soon."),
}
_BAD = {
    "recipient": ("First the copy of my identity card was missing, then a stamp of the village. Could you say everything at once?", "I queued for an hour; of three counters one had somebody behind it.", "Two sections sent me to each other until the hotline settled it.", "The staff do not know the new policy: three people, three answers."),
    "citizen": ("I complained once; they called to say it was dealt with, but nothing has changed.", "I reported the trouble at the crossing for half a year; they say it is not theirs.", "One has to go to several places; please bring them together."),
    "delegate": ("Slow to respond to what troubles people; answers to proposals stay on paper.", "Many sections, few people who really go out to the towns."),
    "counterpart": ("Letters are often not answered in time; one has to call.", "Where our duties meet they always say they wait for the establishment office; nothing moves."),
    "staff": ("Busy sections work overtime every day, idle ones have little to do; this should be balanced.", "People of the affiliated institutions work in the bureau all year, and it does not count in their appraisal.", "Post descriptions do not match what we really do.", "Off-establishment staff do the main work and soon leave again."),
}
COMMENTS: dict[str, str] = {
    chinese: english for pool, said in ((GOOD, _GOOD), (BAD, _BAD)) for group, texts in said.items()
    for chinese, english in zip(pool[group], texts, strict=True)
}
