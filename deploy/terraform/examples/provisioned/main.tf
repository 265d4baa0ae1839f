# The table with provisioned capacity that follows the load, encrypted by a key of the account.

variable "table_name" {
  type    = string
  default = "millrace-jobs"
}

variable "deletion_protection" {
  type    = bool
  default = true
}

resource "aws_kms_key" "archive" {
  description             = "Encrypts ${var.table_name}"
  enable_key_rotation     = true
  deletion_window_in_days = 30
}

module "archive" {
  source = "../.."

  table_name          = var.table_name
  deletion_protection = var.deletion_protection
  kms_key_arn         = aws_kms_key.archive.arn
  billing_mode        = "PROVISIONED"

  # Archives 100 jobs of 1 KB a second without waiting, and bursts of 1,000.
  capacity = {
    table          = { write_min = 150, write_max = 1500 }
    by_owner       = { write_min = 150, write_max = 1500 }
    by_owner_state = { write_min = 10, write_max = 500 }
  }

  tags = { Service = "millrace" }
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
