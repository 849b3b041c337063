"""What is due of care, by rules as data (ANA-3): reasons to talk to a doctor, never a diagnosis, never an order.

sources.py      who says so, and what of a rule is the project's own choice
matching.py     which record satisfies a rule
table.py        the rules: studies by age and sex, studies of chronic conditions, and what a card's own records ask for
facts.py        what is known of a card on a day; a section that is closed is not "nothing"
periodic.py     rules with an interval
following.py    targets, reviews, results without a repeat, prescriptions that end, vaccinations
marks.py        "done elsewhere", "not applicable": a person's or a doctor's word that silences a rule for a time
judging.py      all rules over the facts: what is due, what is silenced, what could not be judged
shown.py        the answer in one language

No clock, no I/O: ``today`` comes in with the facts.
"""
