"""What the states compute: functions in JSONata, one a file, and how they become expressions."""
