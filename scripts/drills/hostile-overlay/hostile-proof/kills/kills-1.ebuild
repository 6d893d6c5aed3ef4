# try: the program kills every process that it may
# outcome: any
# smoke: usr/bin/probe kills
EAPI=8
inherit hostile-program
