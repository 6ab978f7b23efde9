// Asks /health/ready from outside, as a customer's checkout would, and tells when two of three places get no answer.

param nameSuffix string
param location string
param tags object
param applicationInsightsId string
param apiUrl string
param frequencySeconds int
param actionGroupId string

// By this tag the portal finds the component of a test.
var testTags = union(tags, { 'hidden-link:${applicationInsightsId}': 'Resource' })

resource readiness 'Microsoft.Insights/webtests@2022-06-15' = {
  name: 'ready-${nameSuffix}'
  location: location
  tags: testTags
  kind: 'standard'
  properties: {
    SyntheticMonitorId: 'ready-${nameSuffix}'
    Name: 'ready-${nameSuffix}'
    Enabled: true
    Kind: 'standard'
    Frequency: frequencySeconds
    Timeout: 60 // A first start after a pause takes some seconds.
    RetryEnabled: true
    Locations: [
      { Id: 'emea-nl-ams-azr' } // West Europe
      { Id: 'emea-gb-db3-azr' } // North Europe
      { Id: 'us-va-ash-azr' } // East US
    ]
    Request: {
      RequestUrl: '${apiUrl}/health/ready'
      HttpVerb: 'GET'
      ParseDependentRequests: false
    }
    ValidationRules: {
      ExpectedHttpStatusCode: 200
      SSLCheck: true
      SSLCertRemainingLifetimeCheck: 7
    }
  }
}

resource unavailable 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'unavailable-${nameSuffix}'
  location: 'global'
  tags: testTags
  properties: {
    description: '/health/ready fails from two of three places.'
    severity: 1
    enabled: true
    scopes: [applicationInsightsId, readiness.id]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT30M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.WebtestLocationAvailabilityCriteria'
      componentId: applicationInsightsId
      webTestId: readiness.id
      failedLocationCount: 2
    }
    actions: [{ actionGroupId: actionGroupId }]
  }
}
