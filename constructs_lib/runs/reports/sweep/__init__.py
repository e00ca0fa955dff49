"""What the lines of a sweep come to. Pure; calls nothing."""
