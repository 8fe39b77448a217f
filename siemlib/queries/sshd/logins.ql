# Logins by user and address: accepted and failed, first and last
# Counts as the notebooks do where sshd gives verdicts. The last "from" was written by sshd; one before it is of a name.
parse @message /^[^\[]*sshd[\w\-]*\[\d+\]: (?:message repeated (?<repeated>\d+) times: \[ ?)?(?<verdict>Failed|Accepted) (?<method>\S+) for (?:(?:invalid|illegal) user )?(?<account>.*) from (?<origin>\S+) port \d+(?: ssh\d)?(?:: .*)?\]?$/
| filter ispresent(verdict)
| fields if(strlen(repeated) > 0, repeated, 1) as attempts
| stats sum(if(verdict = "Accepted", attempts, 0)) as accepted,
    sum(if(verdict = "Failed", attempts, 0)) as failed,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by account, origin
| sort failed desc, account asc, origin asc
