"""From measurements in the ledger to frozen result versions."""
