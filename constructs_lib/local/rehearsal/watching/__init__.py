"""What a program does, seen from outside: files written, renamed, read and deleted, and its lines of progress."""
