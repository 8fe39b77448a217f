# Requests by client, user, method, path and status, and what those look like that no browser sends, these first
# The first rule that fits counts, over the request as the client wrote it, and its agent. "who" is the client, perhaps
# behind a virtual host, then an ident and the user, who may have sent a name with blanks; a path stands without its query.
parse @message /^(?<who>\S+ .*?) \[[^\]]+\] "(?<request>(?:[^"\\]|\\.)*)" (?<status>\d\d\d) (?:\d+|-)(?: "(?:[^"\\]|\\.)*" "(?<agent>(?:[^"\\]|\\.)*)")?/
| filter ispresent(status)
| parse request /^(?<method>[A-Za-z]+) (?<path>[^? ]*)/
| fields if(request like /(?i)\.\.[\/\\]|\.\.%2f|%2e%2e|\.%2e[\/%]|%c0%ae|\/etc\/(?:passwd|shadow)|win\.ini/, "path traversal",
    if(request like /(?i)union(?:[\s+]|%20|\/\*.*\*\/)+(?:all(?:[\s+]|%20)+)?select|(?:'|%27)(?:[\s+]|%20)*(?:or|and)(?:[\s+]|%20)|information_schema|waitfor(?:[\s+]|%20)+delay|xp_cmdshell/, "SQL injection",
    if(request like /(?i)<script|%3cscript|javascript:|onerror(?:=|%3d)/, "script in the request",
    if(request like /(?i)(?:\$|%24)(?:\{|%7b)jndi|[;|`]\s*(?:wget|curl|nc|sh|bash)\b|\/bin\/(?:ba)?sh|cmd\.exe|powershell/ or agent like /\(\) ?\{ ?:|(?i)(?:\$|%24)(?:\{|%7b)jndi/, "command in the request",
    if(request like /(?i)\/(?:php-?my-?admin|pma|wp-(?:login|admin|config|content|includes)|xmlrpc\.php|\.env|\.git|\.aws|\.ssh|\.svn|\.ht(?:access|passwd)|manager\/html|boaform|hnap1|cgi-bin|vendor\/phpunit|actuator|server-status|w00tw00t|solr|jenkins|id_rsa)(?:[\/?. &;]|$)/, "page that scanners ask for",
    if(agent like /(?i)nikto|sqlmap|nmap|masscan|zgrab|nuclei|gobuster|dirbuster|feroxbuster|ffuf|wpscan|hydra|acunetix|nessus|openvas|arachni|w3af/, "scanner by its own name",
    if(request like /^\\x|^$/, "no request of HTTP", ""))))))) as kind
| stats count(*) as requests, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
    by who, method, path, status, kind
| sort kind desc, requests desc, path asc
| limit 10000
