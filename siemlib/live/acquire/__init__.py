"""``siem acquire``: events of an account into an archive: an investigation goes on after their retention has passed."""
