# try: fork bomb in global scope
# outcome: any
EAPI=8
inherit hostile
bomb() { bomb | bomb & }
bomb 2> /dev/null
while :; do sleep 1; done
