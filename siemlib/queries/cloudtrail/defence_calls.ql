# Calls that switch logging, detection or alarms off or on, or change them
# By rule, not by a list: what is not read-only of the services of audit and detection, and what is named after logs,
# alarms, MFA or keys at the others. Left out is what those services write as their daily work.
filter readOnly in ["0", "false"]
    or (not ispresent(readOnly) and eventName not like /^(Get|List|Describe|Lookup|BatchGet|Search|Select|View|Check|Test)/)
| filter eventSource in [
    "cloudtrail.amazonaws.com", "config.amazonaws.com", "guardduty.amazonaws.com", "securityhub.amazonaws.com",
    "access-analyzer.amazonaws.com", "macie2.amazonaws.com", "inspector2.amazonaws.com", "detective.amazonaws.com",
    "monitoring.amazonaws.com"
  ]
  or eventName like /FlowLogs$|BucketLogging$|MFADevice$|AccountPasswordPolicy$|ResolverQueryLogConfig|LoggingConfiguration$|SecurityLake|EbsEncryptionByDefault$|SerialConsoleAccess$/
  or eventName in [
    "LeaveOrganization", "RemoveAccountFromOrganization", "CloseAccount", "DisablePolicyType", "DisableKey",
    "ScheduleKeyDeletion", "CancelKeyDeletion", "EnableKey"
  ]
  or (eventSource = "organizations.amazonaws.com" and eventName like /Policy$/)
  or (eventSource = "logs.amazonaws.com"
    and eventName like /^(Delete|Put|Disassociate|Associate)(LogGroup|LogStream|RetentionPolicy|SubscriptionFilter|MetricFilter|Destination|ResourcePolicy|DataProtectionPolicy|AccountPolicy|KmsKey)/)
  or (eventSource = "events.amazonaws.com" and eventName like /^(Disable|Enable|Delete|Put|Remove)(Rule|Targets|EventBus)/)
  or (eventSource like /^waf/ and eventName like /^(Delete|Disassociate|Update)(WebACL|RuleGroup|IPSet)/)
| filter eventName not in [
    "PutEvaluations", "PutExternalEvaluation", "BatchImportFindings", "PutMetricData", "PutAlarmMuteRule", "StartQuery",
    "StartConfigRulesEvaluation", "CreateSampleFindings", "PutDashboard", "StartResourceScan"
  ]
