# Accounts that were added on a host, as useradd tells it, oldest first
parse @message /^(?:<\d{1,3}>(?:\d{1,2} )?)?(?:[A-Z][a-z]{2} {1,2}\d{1,2} \d{2}:\d{2}:\d{2}|\d{4}-\d{2}-\d{2}T\S+) (?<host>\S+) (?:\S*\/)?(?:useradd|adduser)(?:\[\d+\])?: new (?:user|account(?: added)?): (?:name|account)=(?<account>[^,]+)/
| filter ispresent(account)
| fields @timestamp, @message
| sort @timestamp asc
