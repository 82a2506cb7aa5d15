"""What runs inside a gateway and writes its calls down for sentinel to read. Imports nothing of sentinel; nothing imports it."""
