"""What happens to a conversation: the coordinator, and its steps from a fragment to what readers see."""
