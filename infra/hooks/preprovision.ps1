# Azure refuses to change a budget's first day and, for a new budget, takes none before the current month. So the month of the first
# provisioning is kept in the azd environment. A build agent without that environment sets BUDGET_START_DATE itself.
$ErrorActionPreference = 'Stop'

if (-not $env:BUDGET_START_DATE) {
  azd env set BUDGET_START_DATE ([DateTime]::UtcNow.ToString('yyyy-MM-01'))
}
