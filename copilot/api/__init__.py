"""The HTTP face: conversations, streams, keys at the door, and the document that describes them."""
