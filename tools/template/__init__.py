"""Writes the plain CloudFormation template that `spot-training template` gives: `make template`."""
