"""A conversation in its own time: played on a simulated clock through the whole engine."""
