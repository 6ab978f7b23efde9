#!/usr/bin/env bash
# Trains the embedded sentiment models from the labelled texts, and writes their figures. See docs/sentiment.md.
#   tools/train-sentiment.sh FOLDER     the folder with {en,zh}.{train,dev}.tsv.gz and vader-lexicon.en.tsv.gz
set -euo pipefail

data="${1:?usage: tools/train-sentiment.sh FOLDER}"
root="$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)"
trainer="$root/tools/Pipeline.SentimentTrainer"
models="$root/shared/Pipeline.Sentiment/Model"
mkdir -p "$root/docs/sentiment"
out="$(mktemp -d)"
trap 'rm -rf "$out"' EXIT

dotnet build -c Release -v q "$trainer" -o "$out/bin"
# A model's name is stored with every answer: it changes with the weights.
for name in en-1 zh-2; do
  language="${name%-*}"
  lexicons=("$trainer/lexicon.$language.tsv")
  if [[ -f "$data/vader-lexicon.$language.tsv.gz" ]]; then lexicons+=("$data/vader-lexicon.$language.tsv.gz"); fi
  dotnet "$out/bin/Pipeline.SentimentTrainer.dll" --language "$language" --name "$name" \
    --train "$data/$language.train.tsv.gz" --dev "$data/$language.dev.tsv.gz" --lexicon "${lexicons[@]}" \
    --output "$models/$language.bin" >"$root/docs/sentiment/$language.md"
done
