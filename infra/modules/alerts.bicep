// What someone must look at, and who is told. Severity 1: customers notice; 2: they will; docs/azure.md says what to do at each.

param nameSuffix string
param location string
param tags object

@description('Empty: alerts fire and nobody is written to.')
param email string

param serviceBusId string
param queueNames string[]
param cosmosId string
param workspaceId string

var actions = [{ actionGroupId: actionGroup.id }]
var logActions = { actionGroups: [actionGroup.id] }

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: 'ag-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'pipeline'
    emailReceivers: empty(email) ? [] : [{ name: 'on-call', emailAddress: email, useCommonAlertSchema: true }]
  }
}

// ---- Queues

resource deadLetters 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'dead-letters-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A message could not be worked and was set aside. Its customer waits for it; nobody else does.'
    severity: 2
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead-letters'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
          dimensions: [{ name: 'EntityName', operator: 'Include', values: queueNames }]
        }
      ]
    }
    actions: actions
  }
}

resource queueLength 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'queue-length-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'A queue grows faster than it is worked.'
    severity: 2
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'waiting'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ActiveMessages'
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 10000
          dimensions: [{ name: 'EntityName', operator: 'Include', values: queueNames }]
        }
      ]
    }
    actions: actions
  }
}

// Service Bus has no metric of a message's age, so the app looks every five minutes and measures it. It sees what was put off, too.
resource queueStuck 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'queue-stuck-${nameSuffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'queue-stuck-${nameSuffix}'
    description: 'The oldest message of a queue is more than 15 minutes old.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppMetrics | where Name == "pipeline.queue.oldest" | extend Queue = tostring(Properties.queue) | summarize AgeSeconds = max(coalesce(Max, Sum)) by Queue, bin(TimeGenerated, 5m)'
          metricMeasureColumn: 'AgeSeconds'
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 900
          dimensions: [{ name: 'Queue', operator: 'Include', values: ['*'] }]
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    skipQueryValidation: true // A new workspace has no such rows yet.
    actions: logActions
  }
}

// An app that does not run measures nothing: that must not look like empty queues. "count" answers 0 where there is no row.
resource queueUnwatched 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'queue-unwatched-${nameSuffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'queue-unwatched-${nameSuffix}'
    description: 'For half an hour the app has not looked at its queues: it does not run, or may not read them.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT30M'
    criteria: {
      allOf: [
        {
          query: 'AppMetrics | where Name == "pipeline.queue.oldest" | summarize Looks = count()'
          metricMeasureColumn: 'Looks'
          timeAggregation: 'Total'
          operator: 'LessThan'
          threshold: 1
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    skipQueryValidation: true
    actions: logActions
  }
}

// The host measures each message's age when its work starts. This sees the queue that is worked, but late.
resource queueAge 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'queue-age-${nameSuffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'queue-age-${nameSuffix}'
    description: 'Messages are more than five minutes old when their work starts.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppMetrics | where Name == "pipeline.work.age" | summarize AgeSeconds = max(Max) by bin(TimeGenerated, 15m)'
          metricMeasureColumn: 'AgeSeconds'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 300
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    skipQueryValidation: true // A new workspace has no such rows yet.
    actions: logActions
  }
}

resource serviceBusThrottled 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'service-bus-throttled-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Service Bus turns operations away. Standard shares its capacity; Premium has its own.'
    severity: 2
    enabled: true
    scopes: [serviceBusId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'throttled'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ThrottledRequests'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 100
        }
      ]
    }
    actions: actions
  }
}

// ---- Store

resource storeThrottled 'Microsoft.Insights/metricAlerts@2026-01-01' = {
  name: 'cosmos-429-${nameSuffix}'
  location: 'global'
  tags: tags
  properties: {
    description: 'Cosmos DB turns requests away (429). Some are normal: the client waits and asks again.'
    severity: 2
    enabled: true
    scopes: [cosmosId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'throttled'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.DocumentDB/databaseAccounts'
          metricName: 'TotalRequests'
          timeAggregation: 'Count'
          operator: 'GreaterThan'
          threshold: 100
          dimensions: [{ name: 'StatusCode', operator: 'Include', values: ['429'] }]
        }
      ]
    }
    actions: actions
  }
}

// The log names the largest logical partitions, which here are customers, by size and never by content.
resource partitionSize 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'partition-size-${nameSuffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'partition-size-${nameSuffix}'
    description: 'The documents of one customer take more than 15 GB; at 20 GB the store refuses more.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'P1D'
    windowSize: 'P1D'
    criteria: {
      allOf: [
        {
          query: 'CDBPartitionKeyStatistics | summarize Gigabytes = max(SizeKb) / 1048576 by bin(TimeGenerated, 1d)'
          metricMeasureColumn: 'Gigabytes'
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 15
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: false
    skipQueryValidation: true
    actions: logActions
  }
}

// ---- The app

resource serverErrors 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'http-5xx-${nameSuffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'http-5xx-${nameSuffix}'
    description: 'The API answers with server errors.'
    severity: 1
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    criteria: {
      allOf: [
        {
          query: 'AppRequests | where toint(ResultCode) between (500 .. 599) | summarize Failures = sum(ItemCount) by bin(TimeGenerated, 5m)'
          metricMeasureColumn: 'Failures'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 5
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    skipQueryValidation: true
    actions: logActions
  }
}

resource functionFailures 'Microsoft.Insights/scheduledQueryRules@2026-03-01' = {
  name: 'function-failures-${nameSuffix}'
  location: location
  tags: tags
  kind: 'LogAlert'
  properties: {
    displayName: 'function-failures-${nameSuffix}'
    description: 'Functions of queues, timers or the change feed fail. Each message comes again, up to ten times.'
    severity: 2
    enabled: true
    scopes: [workspaceId]
    evaluationFrequency: 'PT15M'
    windowSize: 'PT15M'
    criteria: {
      allOf: [
        {
          query: 'AppRequests | where Success == false and not(coalesce(toint(ResultCode), 0) between (100 .. 599)) | summarize Failures = sum(ItemCount) by bin(TimeGenerated, 15m)'
          metricMeasureColumn: 'Failures'
          timeAggregation: 'Total'
          operator: 'GreaterThan'
          threshold: 20
          failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
        }
      ]
    }
    autoMitigate: true
    skipQueryValidation: true
    actions: logActions
  }
}

output actionGroupId string = actionGroup.id
