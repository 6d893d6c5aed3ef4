# try: ends the shell that reads it
# outcome: fails
EAPI=8
inherit hostile
exit 0
