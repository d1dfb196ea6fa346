"""`explain`: says of each turn of a conversation on file what is read in it and why."""
