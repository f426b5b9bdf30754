"""The fault run: twenty thousand reminders while everything around them breaks (`make chaos`).

The judge is what the mail server wrote to disk before it answered, never our own database.
"""
