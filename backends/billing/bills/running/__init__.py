"""A month's bills of every account: in chunks that are done once, by as many processes as there are cores."""
