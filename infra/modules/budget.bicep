// A monthly budget of the resource group. It warns; it stops nothing.

param name string
param amount int

@description('First day of the month in which the budget was made, yyyy-MM-01.')
param startDate string

@description('Who is told, beside the owners of the resource group. Azure refuses a budget that has neither a group nor an address.')
param actionGroupId string

resource budget 'Microsoft.Consumption/budgets@2026-06-01' = {
  name: name
  properties: {
    category: 'Cost'
    amount: amount
    timeGrain: 'Monthly'
    timePeriod: { startDate: '${startDate}T00:00:00Z' }
    notifications: {
      spent80: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: []
        contactGroups: [actionGroupId]
        contactRoles: ['Owner']
      }
      expected100: {
        enabled: true
        operator: 'GreaterThanOrEqualTo'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: []
        contactGroups: [actionGroupId]
        contactRoles: ['Owner']
      }
    }
  }
}
