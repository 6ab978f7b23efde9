// The pipeline on Azure: one resource group, deployed by azd. Each module is one concern, and holds its resource, who may use it
// and where its log goes. Nothing secret goes in or comes out. infra/README.md explains the choices.
targetScope = 'subscription'

// ---- Where, and for whom

@description('The azd environment. Names, tags and the resource group follow from it.')
@minLength(1)
@maxLength(64)
param environmentName string

@description('The region of all resources. It must offer the Flex Consumption plan.')
@minLength(1)
@metadata({ azd: { type: 'location' } })
param location string

@description('The resource group. Empty: rg-<environment>.')
@maxLength(90)
param resourceGroupName string = ''

@description('The object id of whoever deploys. Gets the right to write secrets into the vault; azd fills it in. Empty: nobody.')
param principalId string = ''

@description('What the deploying principal is. A build agent is a service principal.')
@allowed(['User', 'ServicePrincipal'])
param principalType string = 'User'

@description('More tags for every resource, for example a cost centre.')
param tags object = {}

// ---- Size

@description('Standard is billed by the operation, Premium by the hour. Private networking needs Premium.')
@allowed(['Standard', 'Premium'])
param serviceBusSku string = 'Standard'

@description('Premium only: messaging units. One is enough for some thousand messages a second.')
@allowed([1, 2, 4, 8, 16])
param serviceBusMessagingUnits int = 1

@description('Serverless is billed by the request, autoscale by the hour. A second region needs autoscale. An account keeps what it was made as.')
@allowed(['serverless', 'autoscale'])
param cosmosCapacity string = 'serverless'

@description('Autoscale only: the most request units a second, a multiple of 1,000. A tenth of it is always paid.')
@minValue(1000)
@maxValue(1000000)
param cosmosMaxThroughput int = 4000

@description('BoundedStaleness and Strong read what was committed before, as the store\'s port promises; infra/README.md says what Session breaks.')
@allowed(['BoundedStaleness', 'Strong', 'Session'])
param cosmosConsistency string = 'BoundedStaleness'

@description('Gateway: one HTTPS port, for hosts that scale to zero. Direct: a hop shorter, over many ports.')
@allowed(['Gateway', 'Direct'])
param cosmosMode string = 'Gateway'

@description('How far back a restore can go. Seven days are free.')
@allowed(['Continuous7Days', 'Continuous30Days'])
param cosmosBackupTier string = 'Continuous30Days'

@description('Azure AI Language. F0 is free for 5,000 records a month, once in a subscription.')
@allowed(['F0', 'S'])
param languageSku string = 'S'

@description('Memory of one instance of the function app. Processor and price grow with it.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('The most instances of the function app. It bounds the bill and the load on the store.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Requests that one instance answers at a time.')
@minValue(1)
@maxValue(1000)
param httpConcurrency int = 32

@description('Instances that are always warm for HTTP, and always paid. 0: the first request after a pause waits for a start.')
@minValue(0)
@maxValue(100)
param alwaysReadyHttpInstances int = 0

// ---- Safety

@description('Spreads app, storage and database over availability zones. Choose it at the first provisioning: storage does not change in place.')
param zoneRedundant bool = false

@description('The database account. Empty: cosmos-<token>. A restore makes an account of another name; this takes it in.')
@maxLength(44)
param cosmosAccountName string = ''

@description('Autoscale only: a second region that the database fails over to. Empty: none.')
param cosmosSecondaryLocation string = ''

@description('Puts everything but the API behind private endpoints and closes the public ones. Needs serviceBusSku Premium.')
param privateNetworking bool = false

@description('Whether the internet can call the API. False needs privateNetworking, and deployments from inside the network.')
param publicApi bool = true

@description('Private networking only: the address range of the network, /22 or larger.')
param vnetAddressPrefix string = '10.40.0.0/22'

@description('Keeps a deleted vault for 90 days whatever happens, for good. False is for environments that come and go.')
param vaultPurgeProtection bool = true

// ---- Watching

@description('Who is told of alerts and of the budget. Empty: alerts fire, and nobody is written to.')
param alertEmail string = ''

@description('The monthly budget in the currency of the subscription. It warns and stops nothing. 0: none.')
@minValue(0)
param budgetAmount int = 100

@description('First day of the month in which the budget was made, yyyy-MM-01. A hook keeps it: Azure refuses to change it. Empty: no budget.')
param budgetStartDate string = ''

@description('How long logs are kept. 30 days are included in the price.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 30

@description('The most gigabytes of logs a day; the rest of that day is lost. -1: no bound.')
@minValue(-1)
param dailyLogCapGB int = 5

@description('The share of traces that is kept, 0.0 to 1.0.')
param traceSamplingRatio string = '1.0'

@description('Seconds between two calls of /health/ready from each of three places.')
@allowed([300, 600, 900])
param availabilityTestSeconds int = 900

// ---- What it does

@description('When a night\'s work is due: cron with five fields, in the time zone of the loyalty program.')
param nightlyCron string = '0 2 * * *'

@description('When to look whether a night is due: NCRONTAB with six fields, in UTC, which is all that Flex Consumption knows.')
param nightlySchedule string = '0 */10 * * * *'

@description('The file of the loyalty program, shipped with the app: program*.json beside its project. Empty: the store\'s own.')
param programFile string = ''

@description('The file of the case rules, shipped with the app: case-rules*.json beside its project. Empty: the store\'s own.')
param caseRulesFile string = ''

@description('Where a survey link leads; the token follows it. Empty: the page of the app itself, at the address that the link was asked for at.')
param surveyUrl string = ''

@description('Text records of 1,000 characters that may be sent to Azure AI Language in a month. The app never passes it. 0: it is never asked.')
@minValue(0)
@maxValue(1000000000)
param languageMonthlyRecords int = 5000

@description('Language is asked where the embedded model is less sure of a comment than this, 0.0 to 1.0.')
param languageAskBelow string = '0.6'

@description('Requests a second that an API key may make in the long run. 0: any number.')
param rateLimitPerSecond string = '0'

@description('How many of them may come at once. 0: twice as many as in a second.')
@minValue(0)
param rateLimitBurst int = 0

@description('Feedback without a key that one address may send in a second, in the long run. 0: one.')
param publicRateLimitPerSecond string = '0'

@description('How many of them may come at once. 0: twenty at one a second, else twice as many as in a second.')
@minValue(0)
param publicRateLimitBurst int = 0

@description('True only behind a proxy of one\'s own that sets X-Forwarded-For: else a sender could choose the address that is counted.')
param trustForwardedFor bool = false

@description('Who is told of every ledger entry: NAME=https://… with commas between them. Their secrets are webhook-NAME in the vault.')
param webhookUrls string = ''

// ---- What does not go together

var serviceBusTier = privateNetworking && serviceBusSku != 'Premium'
  ? fail('privateNetworking needs SERVICE_BUS_SKU=Premium: Standard has no private endpoint.')
  : serviceBusSku
var secondaryLocation = !empty(cosmosSecondaryLocation) && cosmosCapacity != 'autoscale'
  ? fail('cosmosSecondaryLocation needs COSMOS_CAPACITY=autoscale: serverless has one region.')
  : cosmosSecondaryLocation
var isApiPublic = !publicApi && !privateNetworking
  ? fail('publicApi false needs PRIVATE_NETWORKING=true: nobody could call the API.')
  : publicApi

// ---- Names

var token = toLower(uniqueString(subscription().id, environmentName, location))
var allTags = union(tags, { 'azd-env-name': environmentName })

// The names that the code asks for in its settings. A test holds the queues to QueueNames of the runtime.
var queueNames = ['purchases', 'feedback', 'nightly']
var databaseName = 'pipeline'
var containerName = 'customers'
var leaseContainerName = 'leases'

resource group 'Microsoft.Resources/resourceGroups@2025-04-01' = {
  name: empty(resourceGroupName) ? 'rg-${environmentName}' : resourceGroupName
  location: location
  tags: allTags
}

module identity 'modules/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: allTags
  }
}

module monitoring 'modules/monitoring.bicep' = {
  name: 'monitoring'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    applicationInsightsName: 'appi-${token}'
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    dailyCapGB: dailyLogCapGB
    publisherPrincipalId: identity.outputs.principalId
  }
}

module storage 'modules/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: allTags
    zoneRedundant: zoneRedundant
    publicAccess: !privateNetworking
    hostPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module serviceBus 'modules/service-bus.bicep' = {
  name: 'service-bus'
  scope: group
  params: {
    name: 'sbns-${token}'
    location: location
    tags: allTags
    sku: serviceBusTier
    messagingUnits: serviceBusMessagingUnits
    queueNames: queueNames
    publicAccess: !privateNetworking
    workerPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module cosmos 'modules/cosmos.bicep' = {
  name: 'cosmos'
  scope: group
  params: {
    name: empty(cosmosAccountName) ? 'cosmos-${token}' : cosmosAccountName
    location: location
    secondaryLocation: secondaryLocation
    tags: allTags
    capacity: cosmosCapacity
    maxThroughput: cosmosMaxThroughput
    consistency: cosmosConsistency
    backupTier: cosmosBackupTier
    zoneRedundant: zoneRedundant
    databaseName: databaseName
    containerName: containerName
    leaseContainerName: leaseContainerName
    publicAccess: !privateNetworking
    dataPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module language 'modules/language.bicep' = {
  name: 'language'
  scope: group
  params: {
    name: 'lang-${token}'
    location: location
    tags: allTags
    sku: languageSku
    publicAccess: !privateNetworking
    readerPrincipalId: identity.outputs.principalId
    workspaceId: monitoring.outputs.workspaceId
  }
}

module keyVault 'modules/key-vault.bicep' = {
  name: 'key-vault'
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: allTags
    purgeProtection: vaultPurgeProtection
    publicAccess: !privateNetworking
    readerPrincipalId: identity.outputs.principalId
    writerPrincipalId: principalId
    writerPrincipalType: principalType
    workspaceId: monitoring.outputs.workspaceId
  }
}

module network 'modules/network.bicep' = if (privateNetworking) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: allTags
    addressPrefix: vnetAddressPrefix
  }
}

module functions 'modules/functions.bicep' = {
  name: 'functions'
  scope: group
  params: {
    name: 'func-${token}'
    planName: 'plan-${token}'
    location: location
    tags: allTags
    serviceName: 'pipeline'
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageAccountName: storage.outputs.name
    deploymentContainerUrl: storage.outputs.deploymentContainerUrl
    applicationInsightsName: monitoring.outputs.applicationInsightsName
    serviceBusNamespace: serviceBus.outputs.fullyQualifiedNamespace
    cosmosEndpoint: cosmos.outputs.endpoint
    cosmosDatabase: databaseName
    cosmosMode: cosmosMode
    // Reads go to the region of the app first.
    cosmosRegion: location
    cosmosContainer: containerName
    cosmosLeaseContainer: leaseContainerName
    languageEndpoint: language.outputs.endpoint
    languageMonthlyRecords: languageMonthlyRecords
    languageAskBelow: languageAskBelow
    keyVaultUri: keyVault.outputs.uri
    purchasesQueue: queueNames[0]
    feedbackQueue: queueNames[1]
    nightlyQueue: queueNames[2]
    nightlySchedule: nightlySchedule
    nightlyCron: nightlyCron
    programFile: programFile
    caseRulesFile: caseRulesFile
    surveyUrl: surveyUrl
    rateLimitPerSecond: rateLimitPerSecond
    rateLimitBurst: rateLimitBurst
    publicRateLimitPerSecond: publicRateLimitPerSecond
    publicRateLimitBurst: publicRateLimitBurst
    trustForwardedFor: trustForwardedFor
    webhookUrls: empty(webhookUrls) ? [] : split(webhookUrls, ',')
    traceSamplingRatio: traceSamplingRatio
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    httpConcurrency: httpConcurrency
    alwaysReadyHttpInstances: alwaysReadyHttpInstances
    zoneRedundant: zoneRedundant
    subnetId: privateNetworking ? network!.outputs.applicationSubnetId : ''
    publicAccess: isApiPublic
    workspaceId: monitoring.outputs.workspaceId
  }
}

// ---- Private endpoints: the zone that names what is called inside the network, and the sub-resource that is called

var endpoints = [
  { name: 'blob', subResource: 'blob' }
  { name: 'table', subResource: 'table' }
  { name: 'servicebus', subResource: 'namespace' }
  { name: 'cosmos', subResource: 'Sql' }
  { name: 'language', subResource: 'account' }
  { name: 'vault', subResource: 'vault' }
]
var endpointTargets = {
  blob: storage.outputs.id
  table: storage.outputs.id
  servicebus: serviceBus.outputs.id
  cosmos: cosmos.outputs.id
  language: language.outputs.id
  vault: keyVault.outputs.id
}

@batchSize(1) // Two endpoints of one storage account must not be made at once.
module privateEndpoints 'modules/private-endpoint.bicep' = [
  for endpoint in endpoints: if (privateNetworking) {
    name: 'endpoint-${endpoint.name}'
    scope: group
    params: {
      name: 'pep-${endpoint.name}-${token}'
      location: location
      tags: allTags
      subnetId: network!.outputs.endpointSubnetId
      targetId: endpointTargets[endpoint.name]
      subResource: endpoint.subResource
      zoneId: network!.outputs.zoneIds[endpoint.name]
    }
  }
]

module apiEndpoint 'modules/private-endpoint.bicep' = if (!isApiPublic) {
  name: 'endpoint-api'
  scope: group
  params: {
    name: 'pep-api-${token}'
    location: location
    tags: allTags
    subnetId: network!.outputs.endpointSubnetId
    targetId: functions.outputs.id
    subResource: 'sites'
    zoneId: network!.outputs.zoneIds.api
  }
}

// ---- Alerts and money

module alerts 'modules/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    nameSuffix: token
    location: location
    tags: allTags
    email: alertEmail
    serviceBusId: serviceBus.outputs.id
    queueNames: queueNames
    cosmosId: cosmos.outputs.id
    workspaceId: monitoring.outputs.workspaceId
  }
}

module availability 'modules/availability.bicep' = if (isApiPublic) {
  name: 'availability'
  scope: group
  params: {
    nameSuffix: token
    location: location
    tags: allTags
    applicationInsightsId: monitoring.outputs.applicationInsightsId
    apiUrl: functions.outputs.url
    frequencySeconds: availabilityTestSeconds
    actionGroupId: alerts.outputs.actionGroupId
  }
}

module budget 'modules/budget.bicep' = if (budgetAmount > 0 && !empty(budgetStartDate)) {
  name: 'budget'
  scope: group
  params: {
    name: 'budget-${environmentName}'
    amount: budgetAmount
    startDate: budgetStartDate
    actionGroupId: alerts.outputs.actionGroupId
  }
}

// ---- For azd, the hooks and docs/azure.md

output AZURE_LOCATION string = location
output AZURE_TENANT_ID string = tenant().tenantId
output AZURE_RESOURCE_GROUP string = group.name
output API_URL string = functions.outputs.url
output FUNCTION_APP_NAME string = functions.outputs.name
output MANAGED_IDENTITY_CLIENT_ID string = identity.outputs.clientId
output STORAGE_ACCOUNT_NAME string = storage.outputs.name
output SERVICE_BUS_NAMESPACE string = serviceBus.outputs.name
output COSMOS_ACCOUNT_NAME string = cosmos.outputs.name
output COSMOS_ENDPOINT string = cosmos.outputs.endpoint
output COSMOS_DATABASE string = databaseName
output LANGUAGE_ENDPOINT string = language.outputs.endpoint
output KEY_VAULT_NAME string = keyVault.outputs.name
output APPLICATION_INSIGHTS_NAME string = monitoring.outputs.applicationInsightsName
output LOG_ANALYTICS_WORKSPACE_ID string = monitoring.outputs.workspaceId
