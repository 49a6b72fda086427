"""Meetings with customers (座谈会, 用户委员会): their topics, each tied to the suggestion that answers it."""
