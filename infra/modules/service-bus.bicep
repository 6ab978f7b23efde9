// The work queues. A session is a customer (or a shard of a nightly run), so that its messages are worked in order, one at a time.

param name string
param location string
param tags object

@allowed(['Standard', 'Premium'])
param sku string

param messagingUnits int
param queueNames string[]
param publicAccess bool

@description('Sends to and receives from the queues, and nothing else: it cannot make, change or delete one.')
param workerPrincipalId string

param workspaceId string

var dataSenderRole = '69a216fc-b8fb-44d8-bc22-1f3c2cd27a39' // Azure Service Bus Data Sender
var dataReceiverRole = '4f6d3b9b-027b-4f4c-9142-0e5a2a2247e0' // Azure Service Bus Data Receiver

// Service Bus spreads itself over availability zones where a region has them; there is nothing to set.
resource namespace 'Microsoft.ServiceBus/namespaces@2026-01-01' = {
  name: name
  location: location
  tags: tags
  sku: {
    name: sku
    tier: sku
    capacity: sku == 'Premium' ? messagingUnits : null
  }
  properties: {
    disableLocalAuth: true
    minimumTlsVersion: '1.2'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
  }
}

resource queues 'Microsoft.ServiceBus/namespaces/queues@2026-01-01' = [
  for queueName in queueNames: {
    parent: namespace
    name: queueName
    properties: {
      requiresSession: true
      // The ledger finds every repetition by its natural key. This only spares the work of those that come within minutes.
      requiresDuplicateDetection: true
      duplicateDetectionHistoryTimeWindow: 'PT10M'
      maxDeliveryCount: 10
      lockDuration: 'PT1M'
      // What nobody worked for two weeks becomes a dead letter, which does not expire. Nothing is lost by waiting.
      defaultMessageTimeToLive: 'P14D'
      deadLetteringOnMessageExpiration: true
      maxSizeInMegabytes: 5120
      enableBatchedOperations: true
    }
  }
]

resource sending 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queueName, i) in queueNames: {
    name: guid(queues[i].id, workerPrincipalId, dataSenderRole)
    scope: queues[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataSenderRole)
      principalId: workerPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

// Receiving includes the dead letters of the queue, for the listing and the replay.
resource receiving 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (queueName, i) in queueNames: {
    name: guid(queues[i].id, workerPrincipalId, dataReceiverRole)
    scope: queues[i]
    properties: {
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', dataReceiverRole)
      principalId: workerPrincipalId
      principalType: 'ServicePrincipal'
    }
  }
]

resource namespaceLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: namespace
  properties: {
    workspaceId: workspaceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

output id string = namespace.id
output name string = namespace.name
output fullyQualifiedNamespace string = replace(replace(namespace.properties.serviceBusEndpoint, 'https://', ''), ':443/', '')
