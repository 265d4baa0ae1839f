// MillraceDomain
