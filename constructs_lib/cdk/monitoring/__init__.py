"""What an operator sees: metrics, alarms, events, messages, a dashboard."""
