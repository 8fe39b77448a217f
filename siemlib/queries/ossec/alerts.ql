# Alerts one by one, the highest level first, then the latest: id, rule, what it says, and the alert itself
# The id stands at the top, or in _source (an indexer's export), whose own _id is the last resort.
fields @timestamp, @log, coalesce(id, _source.id, _id) as alert_id,
  coalesce(rule.id, rule.sidid, rule, _source.rule.id) as rule_number,
  coalesce(rule.level, level, _source.rule.level) as severity, @message
| sort severity desc, @timestamp desc
| limit 10000
