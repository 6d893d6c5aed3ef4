#!/bin/sh
# Makes the secrets for compose.yaml unless they exist, and prints the address to open.
set -eu
cd "$(dirname "$0")"
mkdir -p -m 700 secrets
random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }
# readable inside the containers, which run as other users; the folder around them is closed
if [ ! -e secrets/token ]; then
  password=$(random)
  printf %s "$password" > secrets/database-password
  printf %s "postgres://studio:$password@database:5432/studio" > secrets/database-url
  random > secrets/token
  chmod 444 secrets/*
fi
printf 'http://127.0.0.1:7780/?token=%s\n' "$(cat secrets/token)"
