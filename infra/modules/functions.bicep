// The function app on Flex Consumption: .NET isolated, deployed from a blob container and run under one identity. No key anywhere.

param name string
param planName string
param location string
param tags object

@description('The service of azure.yaml that azd deploys here.')
param serviceName string

param identityId string
param identityClientId string
param storageAccountName string
param deploymentContainerUrl string
param applicationInsightsName string

@description('As name.servicebus.windows.net.')
param serviceBusNamespace string

param cosmosEndpoint string

@description('Gateway or Direct.')
param cosmosMode string

@description('The region whose replica is read first.')
param cosmosRegion string

param cosmosDatabase string
param cosmosContainer string
param cosmosLeaseContainer string
param languageEndpoint string
param languageMonthlyRecords int
param languageAskBelow string
param keyVaultUri string
param purchasesQueue string
param feedbackQueue string
param nightlyQueue string
param nightlySchedule string
param nightlyCron string
param programFile string
param caseRulesFile string
param surveyUrl string
param rateLimitPerSecond string
param rateLimitBurst int
param publicRateLimitPerSecond string
param publicRateLimitBurst int
param trustForwardedFor bool

@description('Each NAME=https://…; one without a name has its number for it.')
param webhookUrls string[]
param traceSamplingRatio string
param instanceMemoryMB int
param maximumInstanceCount int
param httpConcurrency int
param alwaysReadyHttpInstances int
param zoneRedundant bool

@description('The subnet for outgoing calls. Empty: none.')
param subnetId string

param publicAccess bool
param workspaceId string

// With zones, Azure takes no less than two.
var alwaysReady = alwaysReadyHttpInstances == 0
  ? []
  : [{ name: 'http', instanceCount: zoneRedundant ? max(2, alwaysReadyHttpInstances) : alwaysReadyHttpInstances }]

var secretsUri = '${keyVaultUri}secrets'
// What was not delivered and the secret go by the name, so that a webhook may be taken away from before another.
var webhooks = map(range(0, length(webhookUrls)), i => startsWith(webhookUrls[i], 'https://')
  ? { place: i, name: string(i), url: webhookUrls[i] }
  : contains(webhookUrls[i], '=https://')
      ? {
          place: i
          name: substring(webhookUrls[i], 0, indexOf(webhookUrls[i], '='))
          url: substring(webhookUrls[i], indexOf(webhookUrls[i], '=') + 1)
        }
      : fail('WEBHOOK_URLS has an entry that is neither https://… nor NAME=https://….'))
var webhookSettings = union(
  toObject(webhooks, it => 'Webhooks__${it.place}__Name', it => it.name),
  toObject(webhooks, it => 'Webhooks__${it.place}__Url', it => it.url),
  toObject(webhooks, it => 'Webhooks__${it.place}__Secret', it => '@Microsoft.KeyVault(SecretUri=${secretsUri}/webhook-${it.name})')
)

resource applicationInsights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: applicationInsightsName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: {
    reserved: true // Linux
    zoneRedundant: zoneRedundant
  }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: publicAccess ? 'Enabled' : 'Disabled'
    virtualNetworkSubnetId: empty(subnetId) ? null : subnetId
    keyVaultReferenceIdentity: identityId
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
    }
    functionAppConfig: {
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      deployment: {
        storage: {
          type: 'blobContainer'
          value: deploymentContainerUrl
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady
        triggers: {
          http: { perInstanceConcurrency: httpConcurrency }
        }
      }
    }
  }
}

// docs/azure.md explains each. Flex Consumption sets FUNCTIONS_EXTENSION_VERSION and FUNCTIONS_WORKER_RUNTIME itself.
resource settings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(webhookSettings, {
    AZURE_CLIENT_ID: identityClientId
    AzureWebJobsStorage__accountName: storageAccountName
    AzureWebJobsStorage__credential: 'managedidentity'
    AzureWebJobsStorage__clientId: identityClientId
    APPLICATIONINSIGHTS_CONNECTION_STRING: applicationInsights.properties.ConnectionString
    APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
    OTEL_TRACES_SAMPLER: 'microsoft.fixed_percentage'
    OTEL_TRACES_SAMPLER_ARG: traceSamplingRatio
    ServiceBus__fullyQualifiedNamespace: serviceBusNamespace
    ServiceBus__credential: 'managedidentity'
    ServiceBus__clientId: identityClientId
    PurchasesQueue: purchasesQueue
    FeedbackQueue: feedbackQueue
    NightlyQueue: nightlyQueue
    NightlySchedule: nightlySchedule
    Cosmos__accountEndpoint: cosmosEndpoint
    Cosmos__mode: cosmosMode
    Cosmos__region: cosmosRegion
    Cosmos__credential: 'managedidentity'
    Cosmos__clientId: identityClientId
    CosmosDatabase: cosmosDatabase
    CosmosContainer: cosmosContainer
    CosmosLeaseContainer: cosmosLeaseContainer
    Language__endpoint: languageEndpoint
    Language__monthlyRecords: string(languageMonthlyRecords)
    Language__askBelow: languageAskBelow
    Pipeline__NightlyCron: nightlyCron
    Pipeline__Program: programFile
    Pipeline__CaseRules: caseRulesFile
    Pipeline__SurveyUrl: surveyUrl
    Pipeline__RateLimit__RequestsPerSecond: rateLimitPerSecond
    Pipeline__RateLimit__Burst: string(rateLimitBurst)
    Pipeline__PublicRateLimit__RequestsPerSecond: publicRateLimitPerSecond
    Pipeline__PublicRateLimit__Burst: string(publicRateLimitBurst)
    Pipeline__TrustForwardedFor: string(trustForwardedFor)
    // Without a version, so that a new one is found. Until the secret is there the setting holds this text itself.
    Pipeline__FirstAdminKey: '@Microsoft.KeyVault(SecretUri=${secretsUri}/first-admin-key)'
  })
}

// Publishing by user name and password is off; azd publishes with its own token.
resource ftpPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'ftp'
  properties: { allow: false }
}

resource scmPublishing 'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2025-03-01' = {
  parent: app
  name: 'scm'
  properties: { allow: false }
}

// What the host says when it cannot even reach Application Insights. host.json keeps it to warnings.
resource appLog 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
  }
}

output id string = app.id
output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
