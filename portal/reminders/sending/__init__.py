"""From a row that is due to its outcome: claim, judge, call, write. A crash anywhere loses none."""
