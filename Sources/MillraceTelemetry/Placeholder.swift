// MillraceTelemetry
