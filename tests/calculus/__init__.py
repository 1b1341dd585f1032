"""Tests of every rule of the calculus."""
