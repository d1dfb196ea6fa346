"""What the project is made of: the pinned packages, their licences, the bill of materials."""
