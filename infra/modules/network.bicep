// The network of the function app and the private endpoints, and the zones by which names resolve to them.

param name string
param location string
param tags object

@description('/22 or larger.')
param addressPrefix string

// By the names that main.bicep gives its endpoints. 'api' is used when the API is closed to the internet.
var zoneNames = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  servicebus: 'privatelink.servicebus.windows.net'
  cosmos: 'privatelink.documents.azure.com'
  language: 'privatelink.cognitiveservices.azure.com'
  vault: 'privatelink.vaultcore.azure.net'
  api: 'privatelink.azurewebsites.net'
}

// No rule of its own: the default rules let the network in and the internet not.
resource securityGroup 'Microsoft.Network/networkSecurityGroups@2025-09-01' = {
  name: 'nsg-${name}'
  location: location
  tags: tags
}

resource network 'Microsoft.Network/virtualNetworks@2025-09-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'application' // Flex Consumption takes no underscore in this name, and no other user in this subnet.
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 0)
          networkSecurityGroup: { id: securityGroup.id }
          delegations: [
            {
              name: 'flex-consumption'
              properties: { serviceName: 'Microsoft.App/environments' }
            }
          ]
        }
      }
      {
        name: 'endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 24, 1)
          networkSecurityGroup: { id: securityGroup.id }
          privateEndpointNetworkPolicies: 'NetworkSecurityGroupEnabled'
          defaultOutboundAccess: false
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in items(zoneNames): {
    name: zone.value
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, i) in items(zoneNames): {
    parent: zones[i]
    name: name
    location: 'global'
    tags: tags
    properties: {
      virtualNetwork: { id: network.id }
      registrationEnabled: false
    }
  }
]

output applicationSubnetId string = '${network.id}/subnets/application'
output endpointSubnetId string = '${network.id}/subnets/endpoints'
output zoneIds object = mapValues(zoneNames, zoneName => resourceId('Microsoft.Network/privateDnsZones', zoneName))
