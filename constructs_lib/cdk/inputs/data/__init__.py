"""The places that a channel's data comes from."""
