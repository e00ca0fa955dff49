"""The request, part by part: what all attempts share, and what each adds."""
