# Accounts that useradd made on a host
# The header is read from its start, so that no other program can write such a line.
parse @message /^(?:<\d{1,3}>(?:\d{1,2} )?)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\S+) (?<host>\S+) (?:\S*\/)?(?:useradd|adduser|newusers)\[\d+\]: new user: name=(?<account>[^,\s]+)/
| filter ispresent(account)
| stats count(*) as lines, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms by host, account
| sort first_ms asc, account asc
