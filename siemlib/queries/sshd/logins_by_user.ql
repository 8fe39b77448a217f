# Logins by user: accepted and failed, and from how many addresses
# A line "message repeated 5 times" counts once. The last "from" was written by sshd; one before it is part of a name.
parse @message /(?<verdict>Failed|Accepted) (?<method>\S+) for (?:(?:invalid|illegal) user )?(?<account>.*) from (?<origin>\S+) port \d+(?: ssh\d)?(?:: .*)?\]?$/
| filter ispresent(verdict)
| stats count(*) as attempts,
    sum(if(verdict = "Accepted", 1, 0)) as accepted,
    sum(if(verdict = "Failed", 1, 0)) as failed,
    count_distinct(origin) as origins,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by account
| sort attempts desc, account asc
