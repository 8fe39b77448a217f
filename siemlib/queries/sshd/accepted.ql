# Logins that sshd accepted, by account, host, address and key
# The first bracket is that of sshd itself: a name that looks like a line of sshd stands behind it. So is the first
# "from": who was let in has an account; one behind it is of the id in a certificate. A password has no key, nor has
# Kerberos, which names who somebody is there.
parse @message /^(?:[^\[]* )?(?<host>[^\s\[]+) sshd[\w\-]*\[\d+\]: Accepted \S+ for (?<account>.*?) from (?<origin>\S+) port \d+(?: ssh\d)?(?:: (?:\S+ (?<fingerprint>[^\s,]+),?(?: .*)?|\S+))?$/
| filter ispresent(account)
| stats count(*) as logins, earliest(@ptr) as first_ptr,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
    by account, host, origin, fingerprint
| sort logins desc, account asc, host asc, origin asc
| limit 10000
