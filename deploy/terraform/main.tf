# One table, in two resources of which there is one: where capacity is provisioned it belongs to autoscaling, so that
# Terraform must not set it back, and what Terraform ignores cannot depend on a variable.

locals {
  is_provisioned = var.billing_mode == "PROVISIONED"
  table          = one(concat(aws_dynamodb_table.on_demand, aws_dynamodb_table.provisioned))

  # Every attribute of a key, all of them strings.
  key_attributes = ["pk", "sk", "owner", "owner_state", "created"]

  # The programs' access paths beside the key. What an index does not project is read from the table.
  indexes = {
    by_owner = {
      hash_key   = "owner"
      projection = ["state", "queue", "kind"]
    }
    # Jobs that succeeded have no owner_state and are not in it.
    by_owner_state = {
      hash_key   = "owner_state"
      projection = ["queue", "kind"]
    }
  }
}

resource "aws_dynamodb_table" "on_demand" {
  count = local.is_provisioned ? 0 : 1

  name                        = var.table_name
  billing_mode                = "PAY_PER_REQUEST"
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  dynamic "attribute" {
    for_each = local.key_attributes
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes
    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.hash_key
      range_key          = "created"
      projection_type    = "INCLUDE"
      non_key_attributes = global_secondary_index.value.projection
    }
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  # Every table is encrypted; "enabled" means by a key of the account instead of one that AWS owns.
  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }
}

resource "aws_dynamodb_table" "provisioned" {
  count = local.is_provisioned ? 1 : 0

  name                        = var.table_name
  billing_mode                = "PROVISIONED"
  read_capacity               = var.capacity.table.read_min
  write_capacity              = var.capacity.table.write_min
  hash_key                    = "pk"
  range_key                   = "sk"
  deletion_protection_enabled = var.deletion_protection
  tags                        = var.tags

  dynamic "attribute" {
    for_each = local.key_attributes
    content {
      name = attribute.value
      type = "S"
    }
  }

  dynamic "global_secondary_index" {
    for_each = local.indexes
    content {
      name               = global_secondary_index.key
      hash_key           = global_secondary_index.value.hash_key
      range_key          = "created"
      projection_type    = "INCLUDE"
      non_key_attributes = global_secondary_index.value.projection
      read_capacity      = var.capacity[global_secondary_index.key].read_min
      write_capacity     = var.capacity[global_secondary_index.key].write_min
    }
  }

  ttl {
    attribute_name = "ttl"
    enabled        = true
  }

  point_in_time_recovery {
    enabled = var.point_in_time_recovery
  }

  server_side_encryption {
    enabled     = var.kms_key_arn != null
    kms_key_arn = var.kms_key_arn
  }

  lifecycle {
    # Autoscaling's. The capacity of an index cannot be named apart from the index, whose form never changes.
    ignore_changes = [read_capacity, write_capacity, global_secondary_index]
  }
}
