"""The load of a clinic (ANA-2), pure rules.

counting   what one appointment, order or day of a schedule adds to the counters
panels     counters summed up by day, month, hour and doctor
queues     how full a line of patients is, and how long it waits: a stated model
proposals  changes of schedules that the figures speak for
"""
