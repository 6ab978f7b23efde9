// Azure AI Language, for the sentiment of comments. It costs nothing until it is asked.

param name string
param location string
param tags object

@allowed(['F0', 'S'])
param sku string

param publicAccess bool

@description('May ask for analyses.')
param readerPrincipalId string

param workspaceId string

var languageReaderRole = '7628b7b8-a8b2-4cdc-b46f-e9b35248918e' // Cognitive Services Language Reader

resource account 'Microsoft.CognitiveServices/accounts@2026-07-01' = {
  name: name
  location: location
  tags: tags
  kind: 'TextAnalytics'
  sku: { name: sku }
  properties: {
    customSubDomainName: name // Identities need a name of its own.
    disableLocalAuth: true
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAcls: { defaultAction: publicAccess ? 'Allow' : 'Deny' }
  }
}

resource reading 'Microsoft.Authorization/roleAssignments@2022-04-01' = {
  name: guid(account.id, readerPrincipalId, languageReaderRole)
  scope: account
  properties: {
    roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', languageReaderRole)
    principalId: readerPrincipalId
    principalType: 'ServicePrincipal'
  }
}

// Not RequestResponse: a row for each comment, which the app's own trace has already.
resource accountLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'Audit', enabled: true }]
  }
}

output id string = account.id
output endpoint string = account.properties.endpoint
