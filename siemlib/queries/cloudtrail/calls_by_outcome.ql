# Calls that were allowed and calls that failed, by error
# A failed console login has no error code, only a response element.
fields if(ispresent(errorCode) or ispresent(errorMessage) or responseElements.ConsoleLogin = "Failure", "failure", "success") as outcome
| stats count(*) as calls by outcome, errorCode
| sort calls desc, outcome asc, errorCode asc
