"""CloudTrail digest files: whether CloudTrail's log files are whole and as they were delivered, checked offline.

Every hour CloudTrail delivers, for a trail, an account and a Region, a *digest file*: the names and SHA-256 of the log
files of that hour, and name, SHA-256 and signature of the digest file before it. So digest files are a chain, each
link signed with RSA. Only the newest one's signature is not in a file after it: S3 keeps it in the object's metadata.

    names      what a file of CloudTrail is by its name: digest file, log file, a digest file's signature
    inflate    the bytes that were hashed, out of gzip, bounded
    format     one digest file as a value
    keys       the public keys of CloudTrail, kept in a file
    signature  what was signed, and whether a signature is of it
    material   digest files, signatures and log files, wherever they come from
    collect    the same, out of files and folders
    chain      which digest files can be relied upon, and why
    logs       what that says of each log file
    check      all of it, by trail, as values and as sentences

The AWS CLI does the same only over the network and only for files that lie where CloudTrail put them. Here a file is
known by its name without folders, and by its bytes.

https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-log-file-validation-intro.html
"""
