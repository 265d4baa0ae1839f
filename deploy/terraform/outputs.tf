output "table_name" {
  description = "Value for the programs' setting archive.table."
  value       = local.table.name
}

output "table_arn" {
  description = "ARN of the table; its indexes are below it."
  value       = local.table.arn
}

output "api_policy_json" {
  description = "IAM policy document for the API: reads."
  value       = data.aws_iam_policy_document.api.json
}

output "consumer_policy_json" {
  description = "IAM policy document for the consumers: reads, writes and erasure."
  value       = data.aws_iam_policy_document.consumer.json
}
