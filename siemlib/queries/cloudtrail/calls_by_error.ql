# Calls by service, name and error: those without an error succeeded
# A failed console login has no error code, only a message and a response element.
fields coalesce(errorCode, errorMessage, if(responseElements.ConsoleLogin = "Failure", "Failure", errorCode)) as error
| stats count(*) as calls, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by eventName, eventSource, error
| sort calls desc, eventSource asc, eventName asc
