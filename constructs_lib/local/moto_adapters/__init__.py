"""Teaches moto what the embedded AWS needs: one small module for each thing, all put in and taken out together.

Each module names the file of moto that it reaches into and declares what it replaces there; `patching.py` checks that
against the installed moto before anything is touched.
"""
