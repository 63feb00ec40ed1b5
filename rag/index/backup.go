package index

const backupPrefix = "backup-new-"
