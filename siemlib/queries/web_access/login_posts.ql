# Requests that send a form to a path which sounds like a login: origin, path and status
# What the server answers (200, 302) does not say whether the password was right.
parse @message /^(?:\S+ )?(?<origin>[0-9A-Fa-f.:]*[.:][0-9A-Fa-f.:]+) \S+ .*?\[[^\]]*\] "POST (?<path>[^ "?;]*)[^"]*" (?<status>[1-5]\d\d) /
| filter path like /(?i)log[-_]?[io]n|sign[-_]?in|xmlrpc\.php|j_security_check|\/sessions?$|\/auth(?:enticate)?$/
| fields "unsaid" as outcome, "unsaid" as account
