# Accounts that were made on a host, as its audit daemon says, with the outcome
filter @message like /^(?:node=\S+ )?type=ADD_USER /
| parse @message /^(?:node=(?<host>\S+) )?type=ADD_USER .*[ '](?:acct="?(?<account>[^"\s']+)|id=(?<number>\d+))/
| parse @message /[ ']res=(?<told>\w+)/
| stats count(*) as lines, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by host, coalesce(account, number) as name, told
| sort first_ms asc, name asc
