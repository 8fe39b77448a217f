# Logins by user and address: accepted and failed, first and last
# Counts as the notebooks do where sshd gives verdicts. Of several "from" the one was written by sshd that has an origin
# behind it, and then a key or a client as sshd describes them: others are of a name, or of the id in a certificate.
parse @message /^[^\[]*sshd[\w\-]*\[\d+\]: (?:message repeated (?<repeated>\d+) times: \[ ?)?(?<verdict>Failed|Accepted) (?<method>\S+) for (?:(?:invalid|illegal) user )?(?<account>.*?) from (?<origin>\S+) port \d+(?: ssh\d)?(?:: (?:\S+(?: \S+){0,2}|(?:\S+ ){1,2}ID .*\(serial \d+\) CA(?: \S+){1,3}(?: client user ".*", client host ".*")?|(?:\S+ \S+, )?client user ".*", client host ".*"))?(?: \[preauth\])?\]?$/
| filter ispresent(verdict)
| fields if(strlen(repeated) > 0, repeated, 1) as attempts
| stats sum(if(verdict = "Accepted", attempts, 0)) as accepted,
    sum(if(verdict = "Failed", attempts, 0)) as failed,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by account, origin
| sort failed desc, account asc, origin asc
