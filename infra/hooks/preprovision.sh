#!/bin/sh
# Azure refuses to change a budget's first day and, for a new budget, takes none before the current month. So the month of the first
# provisioning is kept in the azd environment. A build agent without that environment sets BUDGET_START_DATE itself.
set -eu

if [ -z "${BUDGET_START_DATE:-}" ]; then
  azd env set BUDGET_START_DATE "$(date -u +%Y-%m-01)"
fi
