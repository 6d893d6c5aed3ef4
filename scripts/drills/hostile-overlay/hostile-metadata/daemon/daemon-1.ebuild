# try: leaves a process behind
# outcome: any
EAPI=8
inherit hostile
setsid sleep 1000 > /dev/null 2>&1 < /dev/null &
disown
