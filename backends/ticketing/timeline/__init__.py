"""One customer, one line: every order of an account with its steps, notices and follow-ups, and who looked at it."""
