"""Incidents: alerts of one principal and story fold into one; risk adds up."""
