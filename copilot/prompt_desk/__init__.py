"""What prompt engineers do with prompts: look, compare, check, upload, release, take back."""
