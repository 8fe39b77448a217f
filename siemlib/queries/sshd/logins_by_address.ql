# Logins by address: accepted and failed, and for how many users
# A line "message repeated 5 times" counts once. The last "from" was written by sshd; one before it is part of a name.
parse @message /(?<verdict>Failed|Accepted) (?<method>\S+) for (?:(?:invalid|illegal) user )?(?<account>.*) from (?<origin>\S+) port \d+(?: ssh\d)?(?:: .*)?\]?$/
| filter ispresent(verdict)
| stats count(*) as attempts,
    sum(if(verdict = "Accepted", 1, 0)) as accepted,
    sum(if(verdict = "Failed", 1, 0)) as failed,
    count_distinct(account) as accounts,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by origin
| sort attempts desc, origin asc
