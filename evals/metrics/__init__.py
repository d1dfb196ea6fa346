"""What is summed up over conversations, one a file. Each reads a Tally: how often what met what."""
