"""What goes wrong with sentinel itself and with what it reads: noticed, told once, and told again when it is over."""
