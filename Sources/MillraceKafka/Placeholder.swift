// MillraceKafka
