"""What a run tells: its history, its progress, its report."""
