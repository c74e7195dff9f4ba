"""What is told to other programs: events to the operator's webhook, deadlines to calendars."""
