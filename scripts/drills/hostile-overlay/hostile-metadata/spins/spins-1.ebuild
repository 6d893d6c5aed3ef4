# try: never ends, busy in global scope
# outcome: fails
EAPI=8
inherit hostile
while :; do :; done
