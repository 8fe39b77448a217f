# Attempts to log in on which sshd gave its verdict: host, account, origin, outcome and how many a line stands for
# The header is read from its start, so that no other program can write a verdict. Of several "from" the one was written
# by sshd that has an origin behind it, and then a key or a client as sshd describes them: others are of a name before
# it, or of the id in a certificate, which anybody makes.
parse @message /^(?:<\d{1,3}>(?:\d{1,2} )?)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\S+) (?<host>\S+) (?:\S*\/)?sshd[\w\-]*(?:\[\d+\]:| \S+ \S+ -) (?:message repeated (?<repeated>\d{1,5}) times: \[ ?)?(?<verdict>Failed|Accepted) \S+ for (?:(?:invalid|illegal) user )?(?<account>.*?) from (?:::ffff:)?(?<origin>\S+) port \d+(?: ssh\d?)?(?:: (?:\S+(?: \S+){0,2}|(?:\S+ ){1,2}ID .*\(serial \d+\) CA(?: \S+){1,3}(?: client user ".*", client host ".*")?|(?:\S+ \S+, )?client user ".*", client host ".*"))?(?: \[preauth\])?\]?\s*$/
| filter ispresent(verdict)
| fields if(verdict = "Failed", "failure", "success") as outcome, if(strlen(repeated) > 0, repeated, 1) as attempts
