# Calls by service and name: how often, how often refused, first and last time
fields if(ispresent(errorCode) or ispresent(errorMessage) or responseElements.ConsoleLogin = "Failure", 1, 0) as refused
| stats count(*) as calls, sum(refused) as failed,
    min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by eventSource, eventName
| sort calls desc, eventSource asc, eventName asc
