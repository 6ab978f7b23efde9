#!/bin/sh
# Puts the first admin key into the vault, unless there is one, and has the app read it. The key is made here and is shown nowhere:
# whoever may read the vault reads it there. Needs the Azure CLI, signed in. May be run again: azd hooks run postprovision
set -eu

secret=first-admin-key
again='Then run: azd hooks run postprovision'

if ! az account show --subscription "$AZURE_SUBSCRIPTION_ID" --output none 2>/dev/null; then
  echo "NO ADMIN KEY YET: the Azure CLI is missing or not signed in. Run: az login. $again"
  exit 0
fi

tell() {
  echo "The first admin key is in the vault. To read it: az keyvault secret show --vault-name $KEY_VAULT_NAME --name $secret --query value --output tsv"
}

# The right to use the vault is as new as the vault, and takes some minutes to spread.
attempt=0
while :; do
  if answer=$(az keyvault secret show --subscription "$AZURE_SUBSCRIPTION_ID" --vault-name "$KEY_VAULT_NAME" --name "$secret" \
    --query id --output tsv 2>&1); then
    tell
    exit 0
  fi
  case $answer in
    *SecretNotFound*) break ;;
    *ForbiddenByConnection* | *"ublic network access is disabled"*)
      echo "NO ADMIN KEY YET: the vault is closed to this network. Go inside it. $again"
      exit 0
      ;;
  esac
  attempt=$((attempt + 1))
  if [ "$attempt" -ge 20 ]; then
    echo "NO ADMIN KEY YET: the vault does not answer: $answer"
    echo "$again"
    exit 0
  fi
  sleep 15
done

umask 077
file=$(mktemp)
trap 'rm -f "$file"' EXIT
# pk_, 16 hexadecimal digits that name the key, _, and 256 random bits in base64url: the form of every API key of the pipeline.
name=$(head -c 8 /dev/urandom | od -An -tx1 | tr -d ' \n')
random=$(head -c 32 /dev/urandom | base64 | tr -d '=\n' | tr '+/' '-_')
printf 'pk_%s_%s' "$name" "$random" > "$file"
az keyvault secret set --subscription "$AZURE_SUBSCRIPTION_ID" --vault-name "$KEY_VAULT_NAME" --name "$secret" \
  --file "$file" --encoding utf-8 --output none

# Without this the app would look again within a day.
az rest --method post --output none --url "https://management.azure.com/subscriptions/$AZURE_SUBSCRIPTION_ID/resourceGroups/$AZURE_RESOURCE_GROUP/providers/Microsoft.Web/sites/$FUNCTION_APP_NAME/config/configreferences/appsettings/refresh?api-version=2022-03-01" ||
  echo 'The app could not be told of the key. Restart it, or it looks again within a day.'
tell
