"""What people see. Views read the journal and nothing else, and change nothing."""
