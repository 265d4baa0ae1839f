// MillraceWorker
