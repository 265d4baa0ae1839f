# Capacity that follows the load, for reads and writes of the table and of each index.

locals {
  scaled_parts = {
    table          = "table/${var.table_name}"
    by_owner       = "table/${var.table_name}/index/by_owner"
    by_owner_state = "table/${var.table_name}/index/by_owner_state"
  }

  scaled = !local.is_provisioned ? {} : merge([
    for part, resource in local.scaled_parts : {
      "${part}.read" = {
        resource  = resource
        dimension = "dynamodb:${part == "table" ? "table" : "index"}:ReadCapacityUnits"
        metric    = "DynamoDBReadCapacityUtilization"
        min       = var.capacity[part].read_min
        max       = var.capacity[part].read_max
      }
      "${part}.write" = {
        resource  = resource
        dimension = "dynamodb:${part == "table" ? "table" : "index"}:WriteCapacityUnits"
        metric    = "DynamoDBWriteCapacityUtilization"
        min       = var.capacity[part].write_min
        max       = var.capacity[part].write_max
      }
    }
  ]...)
}

resource "aws_appautoscaling_target" "capacity" {
  for_each = local.scaled

  service_namespace  = "dynamodb"
  resource_id        = each.value.resource
  scalable_dimension = each.value.dimension
  min_capacity       = each.value.min
  max_capacity       = each.value.max

  depends_on = [aws_dynamodb_table.provisioned]
}

resource "aws_appautoscaling_policy" "utilization" {
  for_each = local.scaled

  name               = "${var.table_name}-${each.key}"
  policy_type        = "TargetTrackingScaling"
  service_namespace  = aws_appautoscaling_target.capacity[each.key].service_namespace
  resource_id        = aws_appautoscaling_target.capacity[each.key].resource_id
  scalable_dimension = aws_appautoscaling_target.capacity[each.key].scalable_dimension

  target_tracking_scaling_policy_configuration {
    target_value = var.target_utilization_percent

    predefined_metric_specification {
      predefined_metric_type = each.value.metric
    }
  }
}
