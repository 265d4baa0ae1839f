// MillraceConfiguration
