# Requested paths, with the last status
parse @message /"(?<method>[A-Z]+) (?<path>[^ "]+)[^"]*" (?<status>[1-5][0-9][0-9]) /
| filter ispresent(path)
| stats count(*) as requests, latest(status) as last_status by method, path
| sort requests desc, path asc
