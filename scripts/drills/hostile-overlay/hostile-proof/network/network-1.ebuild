# try: the program connects to the host
# outcome: any
# smoke: usr/bin/probe network
EAPI=8
inherit hostile-program
