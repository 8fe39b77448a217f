# Alerts by rule, with level, first and last time
# Wazuh says rule.id and rule.description, OSSEC rule.sidid and rule.comment, or flat: rule and comment.
stats count(*) as alerts, min(toMillis(@timestamp)) as first_ms, max(toMillis(@timestamp)) as last_ms
  by coalesce(rule.id, rule.sidid, rule, _source.rule.id) as rule_number,
     coalesce(rule.description, rule.comment, comment, _source.rule.description) as rule_says,
     coalesce(rule.level, level, _source.rule.level) as severity
| sort severity desc, alerts desc, rule_number asc
