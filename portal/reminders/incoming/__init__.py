"""What comes back by SMS: a gateway's receipts, and what people answer."""
