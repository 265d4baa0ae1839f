// MillraceRuntime
