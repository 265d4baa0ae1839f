// MillracePostgres
