"""Names that stay in a redacted copy: they tell of nobody, and text in which they were replaced could not be read."""

from __future__ import annotations

_ACCOUNTS = """
    root admin administrator system guest test tester testing user users user1 test1 nobody anonymous unknown
    none null invalid default operator support service services info data web www www-data http https nginx
    apache apache2 httpd tomcat mysql mariadb postgres postgresql oracle mssql sa dba db database redis mongo
    mongodb elastic elasticsearch kafka hadoop spark jenkins git gitlab github svn docker kubernetes ansible
    vagrant puppet chef nagios zabbix prometheus grafana ubuntu debian centos fedora rocky alma ec2-user ec2
    azureuser opc cloud-user pi ftp ftpuser ftpadmin sftp ssh sshd syslog rsyslog mail postfix dovecot smtp imap
    pop3 news uucp proxy squid backup backups games man lp irc list gnats sync bin sys daemon adm shutdown halt
    abuse security postmaster hostmaster noreply no-reply amazon aws self
    systemd dbus messagebus ntp chrony named bind dns dhcp cron log logs audit auditd cloudtrail lambda
    awsservice awsaccount hidden_due_to_security_reasons iamuser assumedrole federateduser
    """
"""Accounts that come with systems and services, and what stands for no account: each machine has them. Attackers try
most of them."""
_QUERY = """
    fields filter stats sort limit parse display dedup like count sum avg min max bin desc asc
    """
"""Words of the query language, without which no query could be read."""
_WORDS = """
    the and for not from with is at in by of on or to as it no an be do if so up we a all any one two login
    logout success failure failed accepted true false yes error public private internal local live complete
    partial time date day name group groups role roles account accounts session key keys event events address ip
    port host server client request response status query run report
    """
"""Words that are no name."""

KEPT = frozenset(f"{_ACCOUNTS} {_WORDS} {_QUERY}".split())
