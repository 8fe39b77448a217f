# Outputs of commands, the newest first: lists of listening ports, of disks, of logins
# Rule 533 tells of listening ports; local rules (100029) list them under other numbers, so that the text decides.
filter coalesce(full_log, _source.full_log) like /^\s*ossec: output: '/
    or coalesce(rule.id, rule.sidid, rule, _source.rule.id) = "533"
| fields @timestamp, @log, @message
| sort @timestamp desc
