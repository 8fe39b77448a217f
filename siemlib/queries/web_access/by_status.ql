# Requests by status
parse @message /" (?<status>[1-5][0-9][0-9]) (?:[0-9]+|-)/
| filter ispresent(status)
| stats count(*) as requests by status
| sort requests desc, status asc
