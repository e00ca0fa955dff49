"""What trains: images of one's own, and those that AWS publishes."""
