# The table billed by request, and roles for both programs as ECS tasks have them.

variable "table_name" {
  type    = string
  default = "millrace-jobs"
}

variable "deletion_protection" {
  type    = bool
  default = true
}

resource "aws_iam_role" "program" {
  for_each = toset(["api", "consumer"])

  name = "${var.table_name}-${each.key}"
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Action    = "sts:AssumeRole"
      Principal = { Service = "ecs-tasks.amazonaws.com" }
    }]
  })
}

module "archive" {
  source = "../.."

  table_name          = var.table_name
  deletion_protection = var.deletion_protection
  api_role_names      = [aws_iam_role.program["api"].name]
  consumer_role_names = [aws_iam_role.program["consumer"].name]
  tags                = { Service = "millrace" }
}

output "table_name" {
  value = module.archive.table_name
}

output "policies" {
  value = {
    api      = jsondecode(module.archive.api_policy_json)
    consumer = jsondecode(module.archive.consumer_policy_json)
  }
}
