// The document store. Everything of a customer lies in the customer's partition, because only there a commit is atomic.

param name string
param location string

@description('Empty: one region.')
param secondaryLocation string

param tags object

@allowed(['serverless', 'autoscale'])
param capacity string

@description('Autoscale only: the most request units a second of the container of documents.')
param maxThroughput int

@allowed(['BoundedStaleness', 'Strong', 'Session'])
param consistency string

@allowed(['Continuous7Days', 'Continuous30Days'])
param backupTier string

param zoneRedundant bool
param databaseName string
param containerName string
param leaseContainerName string
param publicAccess bool

@description('Reads and writes documents of the database; cannot change the database or its containers.')
param dataPrincipalId string

param workspaceId string

var regions = empty(secondaryLocation) ? [location] : [location, secondaryLocation]

resource account 'Microsoft.DocumentDB/databaseAccounts@2026-03-15' = {
  name: name
  location: location
  tags: tags
  kind: 'GlobalDocumentDB'
  properties: {
    databaseAccountOfferType: 'Standard'
    capabilities: capacity == 'serverless' ? [{ name: 'EnableServerless' }] : []
    locations: [
      for (region, i) in regions: {
        locationName: region
        failoverPriority: i
        isZoneRedundant: zoneRedundant
      }
    ]
    // Also with one region: Azure refuses to add a region and to change another property at once.
    enableAutomaticFailover: true
    // The bounds are the least that Azure takes for an account of several regions; in the region that writes, reads are strong anyway.
    consistencyPolicy: consistency == 'BoundedStaleness'
      ? { defaultConsistencyLevel: 'BoundedStaleness', maxStalenessPrefix: 100000, maxIntervalInSeconds: 300 }
      : { defaultConsistencyLevel: consistency }
    backupPolicy: {
      type: 'Continuous'
      continuousModeProperties: { tier: backupTier }
    }
    disableLocalAuth: true
    disableKeyBasedMetadataWriteAccess: true
    minimalTlsVersion: 'Tls12'
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    networkAclBypass: 'None'
    enableBurstCapacity: capacity == 'autoscale'
  }
}

resource database 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases@2026-03-15' = {
  parent: account
  name: databaseName
  properties: {
    resource: { id: databaseName }
  }
}

resource documents 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2026-03-15' = {
  parent: database
  name: containerName
  properties: {
    resource: {
      id: containerName
      partitionKey: { kind: 'Hash', version: 2, paths: ['/customerId'] }
      defaultTtl: -1 // Documents live for ever, except those that carry a ttl of their own.
      // Only what the store's queries ask for; every other path would cost request units on each write. id is always indexed.
      indexingPolicy: {
        indexingMode: 'consistent'
        automatic: true
        includedPaths: [
          { path: '/customerId/?' }
          { path: '/due/*' }
        ]
        excludedPaths: [{ path: '/*' }]
      }
    }
    options: capacity == 'autoscale' ? { autoscaleSettings: { maxThroughput: maxThroughput } } : {}
  }
}

// Where the readers of the change feed keep their places. Under an identity the trigger cannot make it.
resource leases 'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers@2026-03-15' = {
  parent: database
  name: leaseContainerName
  properties: {
    resource: {
      id: leaseContainerName
      partitionKey: { kind: 'Hash', version: 2, paths: ['/id'] }
      defaultTtl: -1
    }
    options: capacity == 'autoscale' ? { autoscaleSettings: { maxThroughput: 1000 } } : {}
  }
}

// The built-in contributor may also run stored procedures and settle conflicts between regions. There are neither.
resource documentsRole 'Microsoft.DocumentDB/databaseAccounts/sqlRoleDefinitions@2026-03-15' = {
  parent: account
  name: guid(account.id, 'documents')
  properties: {
    roleName: 'Pipeline documents'
    type: 'CustomRole'
    assignableScopes: ['${account.id}/dbs/${databaseName}']
    permissions: [
      {
        dataActions: [
          'Microsoft.DocumentDB/databaseAccounts/readMetadata'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/executeQuery'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/readChangeFeed'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/create'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/read'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/replace'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/upsert'
          'Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers/items/delete'
        ]
      }
    ]
  }
}

// Cosmos DB has its own role assignments for data; they know no principal type.
resource documentsAccess 'Microsoft.DocumentDB/databaseAccounts/sqlRoleAssignments@2026-03-15' = {
  parent: account
  name: guid(account.id, dataPrincipalId, 'documents')
  properties: {
    roleDefinitionId: documentsRole.id
    principalId: dataPrincipalId
    scope: '${account.id}/dbs/${database.name}'
  }
}

// Not DataPlaneRequests: a row for each request would cost more than the requests. docs/azure.md says how to turn it on for an hour.
resource accountLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: account
  properties: {
    workspaceId: workspaceId
    logAnalyticsDestinationType: 'Dedicated'
    logs: [
      { category: 'ControlPlaneRequests', enabled: true }
      { category: 'PartitionKeyStatistics', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output endpoint string = account.properties.documentEndpoint
