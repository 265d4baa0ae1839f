variable "table_name" {
  description = "Name of the table, the programs' setting archive.table."
  type        = string
  default     = "millrace-jobs"

  validation {
    condition     = can(regex("^[a-zA-Z0-9_.-]{3,255}$", var.table_name))
    error_message = "table_name takes 3 to 255 letters, digits, dots, dashes and underscores."
  }
}

variable "billing_mode" {
  description = "PAY_PER_REQUEST pays for each unit used, PROVISIONED for var.capacity, which follows the load."
  type        = string
  default     = "PAY_PER_REQUEST"

  validation {
    condition     = contains(["PAY_PER_REQUEST", "PROVISIONED"], var.billing_mode)
    error_message = "billing_mode is PAY_PER_REQUEST or PROVISIONED."
  }
}

variable "capacity" {
  description = <<-EOT
    Bounds of the capacity units of the table and of each index with billing_mode PROVISIONED. An index that may write
    less than the table is asked to holds the table's writes back; README.md says what a job costs.
  EOT
  type = object({
    table = optional(object({
      read_min  = optional(number, 5)
      read_max  = optional(number, 500)
      write_min = optional(number, 25)
      write_max = optional(number, 2000)
    }), {})
    by_owner = optional(object({
      read_min  = optional(number, 5)
      read_max  = optional(number, 200)
      write_min = optional(number, 25)
      write_max = optional(number, 1000)
    }), {})
    by_owner_state = optional(object({
      read_min  = optional(number, 5)
      read_max  = optional(number, 200)
      write_min = optional(number, 5)
      write_max = optional(number, 1000)
    }), {})
  })
  default  = {}
  nullable = false

  validation {
    condition = alltrue(flatten([
      for part in [var.capacity.table, var.capacity.by_owner, var.capacity.by_owner_state] : [
        for units in values(part) : units >= 1 && floor(units) == units
      ]
    ]))
    error_message = "Capacity units are whole numbers from 1."
  }

  validation {
    condition = alltrue([
      for part in [var.capacity.table, var.capacity.by_owner, var.capacity.by_owner_state] :
      part.read_min <= part.read_max && part.write_min <= part.write_max
    ])
    error_message = "A minimum of capacity units must not exceed its maximum."
  }
}

variable "target_utilization_percent" {
  description = "How much of the provisioned capacity autoscaling keeps in use."
  type        = number
  default     = 70

  validation {
    condition     = var.target_utilization_percent >= 20 && var.target_utilization_percent <= 90
    error_message = "Autoscaling of DynamoDB takes a target of 20 to 90 percent."
  }
}

variable "point_in_time_recovery" {
  description = "Whether the table can be restored as it was at any second of the last 35 days."
  type        = bool
  default     = true
  nullable    = false
}

variable "deletion_protection" {
  description = "Whether AWS refuses to delete the table. It must be applied as false before a destroy."
  type        = bool
  default     = true
  nullable    = false
}

variable "kms_key_arn" {
  description = "ARN of the KMS key that encrypts the table; null for the key that AWS owns, at no charge."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null || can(regex("^arn:[a-z-]+:kms:[a-z0-9-]+:\\d{12}:key/.+$", var.kms_key_arn))
    error_message = "kms_key_arn is the ARN of a key (not of an alias): arn:aws:kms:REGION:ACCOUNT:key/ID."
  }
}

variable "api_role_names" {
  description = "Names of the IAM roles of the API's processes, which may then read the archive."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "consumer_role_names" {
  description = "Names of the IAM roles of the consumers' processes, which may then read, write and erase."
  type        = set(string)
  default     = []
  nullable    = false
}

variable "tags" {
  description = "Tags of the table."
  type        = map(string)
  default     = {}
  nullable    = false
}
