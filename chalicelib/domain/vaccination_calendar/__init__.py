"""The national calendar of preventive vaccination and the plan that it makes of a person's doses (REC-6, SPC-1).

national.py, intervals.py, vaccines.py    the law and the numbers, as data with their sources
dates.py, person.py                       words that the rules are made of
engine.py                                 one course: what counts, what comes next
plan.py                                   one person: status of every course; ``due_on`` for reminders
shown.py                                  the plan as its reader sees it
"""
