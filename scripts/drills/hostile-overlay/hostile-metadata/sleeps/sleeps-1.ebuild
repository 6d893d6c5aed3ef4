# try: never ends, asleep in global scope
# outcome: fails
EAPI=8
inherit hostile
while :; do sleep 5; done
