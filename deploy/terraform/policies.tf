# What each program may do: the operations that it calls on this table and its indexes, nothing else.

data "aws_iam_policy_document" "api" {
  statement {
    sid       = "ReadArchive"
    actions   = ["dynamodb:Query", "dynamodb:BatchGetItem"]
    resources = [local.table.arn]
  }

  statement {
    sid       = "QueryArchiveIndexes"
    actions   = ["dynamodb:Query"]
    resources = [for name in keys(local.indexes) : "${local.table.arn}/index/${name}"]
  }

  # DynamoDB uses the key in the name of its caller.
  dynamic "statement" {
    for_each = var.kms_key_arn[*]
    content {
      sid       = "UseArchiveKey"
      actions   = ["kms:Decrypt", "kms:DescribeKey"]
      resources = [statement.value]

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["dynamodb.*.amazonaws.com"]
      }
    }
  }
}

data "aws_iam_policy_document" "consumer" {
  source_policy_documents = [data.aws_iam_policy_document.api.json]

  # Puts and deletes alike; a permission for BatchWriteItem needs none for PutItem or DeleteItem.
  statement {
    sid       = "WriteArchive"
    actions   = ["dynamodb:BatchWriteItem"]
    resources = [local.table.arn]
  }

  dynamic "statement" {
    for_each = var.kms_key_arn[*]
    content {
      sid       = "WriteWithArchiveKey"
      actions   = ["kms:Encrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*"]
      resources = [statement.value]

      condition {
        test     = "StringLike"
        variable = "kms:ViaService"
        values   = ["dynamodb.*.amazonaws.com"]
      }
    }
  }
}

resource "aws_iam_role_policy" "api" {
  for_each = var.api_role_names

  name   = "${var.table_name}-read"
  role   = each.value
  policy = data.aws_iam_policy_document.api.json
}

resource "aws_iam_role_policy" "consumer" {
  for_each = var.consumer_role_names

  name   = "${var.table_name}-write"
  role   = each.value
  policy = data.aws_iam_policy_document.consumer.json
}
