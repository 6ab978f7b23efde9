# Puts the first admin key into the vault, unless there is one, and has the app read it. The key is made here and is shown nowhere:
# whoever may read the vault reads it there. Needs the Azure CLI, signed in. May be run again: azd hooks run postprovision
$ErrorActionPreference = 'Stop'
$PSNativeCommandUseErrorActionPreference = $false

$secret = 'first-admin-key'
$again = 'Then run: azd hooks run postprovision'

if (-not (Get-Command az -ErrorAction SilentlyContinue) -or
  -not (az account show --subscription $env:AZURE_SUBSCRIPTION_ID --query id --output tsv 2>$null)) {
  Write-Host "NO ADMIN KEY YET: the Azure CLI is missing or not signed in. Run: az login. $again"
  exit 0
}

function Show-Command {
  Write-Host "The first admin key is in the vault. To read it: az keyvault secret show --vault-name $env:KEY_VAULT_NAME --name $secret --query value --output tsv"
}

# The right to use the vault is as new as the vault, and takes some minutes to spread.
for ($attempt = 1; ; $attempt++) {
  $answer = az keyvault secret show --subscription $env:AZURE_SUBSCRIPTION_ID --vault-name $env:KEY_VAULT_NAME --name $secret `
    --query id --output tsv 2>&1 | Out-String
  if ($LASTEXITCODE -eq 0) {
    Show-Command
    exit 0
  }
  if ($answer -match 'SecretNotFound') { break }
  if ($answer -match 'ForbiddenByConnection|ublic network access is disabled') {
    Write-Host "NO ADMIN KEY YET: the vault is closed to this network. Go inside it. $again"
    exit 0
  }
  if ($attempt -ge 20) {
    Write-Host "NO ADMIN KEY YET: the vault does not answer: $answer"
    Write-Host $again
    exit 0
  }
  Start-Sleep -Seconds 15
}

# pk_, 16 hexadecimal digits that name the key, _, and 256 random bits in base64url: the form of every API key of the pipeline.
$name = [Convert]::ToHexString([Security.Cryptography.RandomNumberGenerator]::GetBytes(8)).ToLowerInvariant()
$random = [Convert]::ToBase64String([Security.Cryptography.RandomNumberGenerator]::GetBytes(32)).TrimEnd('=').Replace('+', '-').Replace('/', '_')
$file = New-TemporaryFile
try {
  Set-Content -Path $file -Value "pk_${name}_$random" -NoNewline -Encoding utf8NoBOM
  az keyvault secret set --subscription $env:AZURE_SUBSCRIPTION_ID --vault-name $env:KEY_VAULT_NAME --name $secret `
    --file $file --encoding utf-8 --output none
  if ($LASTEXITCODE -ne 0) { throw 'The key could not be written into the vault.' }
}
finally {
  Remove-Item $file
}

# Without this the app would look again within a day.
az rest --method post --output none --url "https://management.azure.com/subscriptions/$env:AZURE_SUBSCRIPTION_ID/resourceGroups/$env:AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$env:FUNCTION_APP_NAME/config/configreferences/appsettings/refresh?api-version=2022-03-01"
if ($LASTEXITCODE -ne 0) {
  Write-Host 'The app could not be told of the key. Restart it, or it looks again within a day.'
}
Show-Command
