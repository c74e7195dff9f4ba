"""From a posting and a CV to an interview: what is asked for, what somebody tells of themselves, which questions follow, and why."""
