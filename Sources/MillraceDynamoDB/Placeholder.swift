// MillraceDynamoDB
