"""Weekly reminders of deadlines: when one is due, what it says, and to whom it is sent once."""
