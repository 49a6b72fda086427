"""What the public port passes on about paying: the page of a link, and what providers tell."""
