"""What is read: files, and other inputs beside them. Each hands over lines, and checkpoints that hold once those are committed."""
