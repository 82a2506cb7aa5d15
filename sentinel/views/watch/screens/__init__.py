"""Whole screens of the live view."""
