# try: takes the questions meant for others
# outcome: any
EAPI=8
inherit hostile
while read -r -t 5 line; do :; done
exec 0<&-
