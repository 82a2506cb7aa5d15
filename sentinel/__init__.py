"""sentinel: AI security incident detection and response for hosts that serve large language models."""

__version__ = "0.1.0"
